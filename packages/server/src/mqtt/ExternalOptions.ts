import type { ProtocolChoice, Will } from "@wattkit/transport-mqtt"
import type { Redacted } from "effect"

/** A broker that is not ours, and whose readings it carries. */
export interface ExternalOptions {
  /** Such as `mqtts://user:password@host`. */
  readonly url: Redacted.Redacted
  /** The credential in whose name everything is stored that comes from it. */
  readonly key: Redacted.Redacted
  /** The topic filters; when there are none, all topics that something can be read from. */
  readonly topics: ReadonlyArray<string>
  /** The broker keeps the session under this name, so no two servers may have the same. */
  readonly clientId: string
  /** Servers that share the messages name the same group. */
  readonly group?: string | undefined
  readonly protocol?: ProtocolChoice | undefined
  /** The discovery prefix of Home Assistant, when it is not the usual one. */
  readonly discoveryPrefix?: string | undefined
  /** What the broker says in our name when we are lost. */
  readonly will?: Will | undefined
  /** How long what was learned by an earlier run may take to be learned again. */
  readonly learnMs?: number | undefined
}
