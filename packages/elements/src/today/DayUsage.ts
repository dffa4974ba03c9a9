import type { Reading } from "@wattkit/client"

/** What a device used and gave today, in Wh; undefined without two readings of the register. */
export interface DayUsage {
  readonly used: number | undefined
  readonly given: number | undefined
}

type Register = "importWh" | "exportWh"

/** A register that fell was reset or replaced: what it counted in between is not known, and not guessed. */
const counted = (
  register: Register,
  first: Reading | undefined,
  last: Reading | undefined
): number | undefined => {
  const [from, to] = [first?.[register], last?.[register]]
  return from === undefined || to === undefined || to < from ? undefined : to - from
}

/** The difference of the registers between the first reading of the day and the newest. */
export const make = (first: Reading | undefined, last: Reading | undefined): DayUsage => ({
  used: counted("importWh", first, last),
  given: counted("exportWh", first, last)
})
