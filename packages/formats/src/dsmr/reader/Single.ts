import { type Fields, partnerOf } from "./fields.ts"

/** The fields of a telegram come within so many milliseconds, and telegrams are a second apart or more. */
const togetherMs = 500

/** What dsmr-reader said last of a meter under the topics of single fields. */
export class Single {
  readonly fields: Fields = new Map()
  readonly #waiting = new Map<string, number>()

  /**
   * Takes a field, and answers those of its telegram that tell something now: itself, and the one that
   * belongs to it if that came just before.
   *
   * What was said with the last telegram does not count. Its tariff beside one of now would make a register
   * that never was, and energy that took minutes would seem to have taken a millisecond.
   */
  take(name: string, value: number, at: number): ReadonlySet<string> {
    this.fields.set(name, value)
    const partner = partnerOf(name)
    if (partner === undefined) return new Set([name])
    const since = this.#waiting.get(partner)
    this.#waiting.delete(partner)
    if (since !== undefined && Math.abs(at - since) <= togetherMs) return new Set([name, partner])
    this.#waiting.set(name, at)
    return new Set([name])
  }
}
