import type { Request } from "../Format.ts"
import { Memory } from "../payload/Memory.ts"

const mostPortals = 1_000

/** Devices stop a minute after the last request. */
const everyMs = 30_000

interface Portal {
  isComplete: boolean
}

/**
 * What keeps GX devices talking. Whoever asks first has everything published once; from then on the requests
 * say that it need not be published again.
 */
export class Keepalives {
  readonly #portals = new Memory<Portal>(mostPortals)

  /** Takes note of who speaks. */
  note(topic: string): void {
    const [start, portal, what] = topic.split("/", 3)
    if (start !== "N" || portal === undefined || !/^[A-Za-z0-9_-]{1,64}$/.test(portal)) return
    const known = this.#portals.of(portal, () => ({ isComplete: false }))
    if (what === "full_publish_completed") known.isComplete = true
  }

  requests(): ReadonlyArray<Request> {
    return [...this.#portals.keys()].map((portal) => ({
      topic: `R/${portal}/keepalive`,
      payload:
        this.#portals.peek(portal)?.isComplete === true ? '{"keepalive-options":["suppress-republish"]}' : "",
      everyMs
    }))
  }
}
