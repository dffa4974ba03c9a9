import { Context } from "effect"

const DAY = 24 * 60 * 60_000

/** What an installation decides about signing in. */
export interface IdentitySettings {
  /**
   * The address under which people reach the installation, without a slash behind. The links in messages
   * begin with it: what a request says about where it went is somebody else's word.
   */
  readonly publicUrl: string
  /** Whether strangers may register by themselves; people who were invited always come in. */
  readonly registration: "open" | "closed"
  /** A session that was not used for so long is over. */
  readonly idleMs: number
}

/** What this installation decided. */
export const identitySettings = Context.Reference<IdentitySettings>("@wattkit/engine/identitySettings", {
  defaultValue: () => ({ publicUrl: "http://localhost:8080", registration: "closed", idleMs: 7 * DAY })
})
