import type { Webhook } from "./webhooks.ts"

/** How much is remembered. */
export interface SeenWebhooksOptions {
  /** How long; four days unless said, which is longer than a sender goes on trying. */
  readonly keepMs?: number | undefined
  /** How many ids at most, the oldest go first; 100 000 unless said. */
  readonly most?: number | undefined
  /** The time in milliseconds, in place of the clock's. */
  readonly now?: (() => number) | undefined
}

/** The webhooks that were worked on. */
export interface SeenWebhooks {
  /**
   * Works on a verified webhook unless that was done before, and says whether it did: one that comes again is
   * answered like the first. Work that fails is forgotten, so that the next attempt is worked on; one that
   * comes meanwhile waits, and fails with it.
   */
  readonly once: (webhook: Webhook, work: () => unknown) => Promise<boolean>
}

/** Remembers in this process which webhooks were worked on. Give it verified ones only. */
export const seenWebhooks = (options: SeenWebhooksOptions = {}): SeenWebhooks => {
  const { keepMs = 345_600_000, most = 100_000, now = Date.now } = options
  // In the order in which they came, so the oldest is the first.
  const seen = new Map<string, { readonly at: number; readonly done: Promise<unknown> }>()
  const oldest = () => seen.entries().next().value
  const forget = () => {
    for (let one = oldest(); one !== undefined && one[1].at <= now() - keepMs; one = oldest())
      seen.delete(one[0])
  }
  return {
    once: async ({ id }, work) => {
      forget()
      const before = seen.get(id)
      if (before !== undefined) {
        await before.done
        return false
      }
      if (seen.size >= most) seen.delete(oldest()![0])
      const entry = { at: now(), done: (async () => work())() }
      seen.set(id, entry)
      try {
        await entry.done
      } catch (error) {
        if (seen.get(id) === entry) seen.delete(id)
        throw error
      }
      return true
    }
  }
}
