import type { Tariff, Version } from "@wattkit/tariff"
import { Equal } from "effect"

/** All of a version but its end. */
const terms = ({ validTo: _, ...rest }: Version) => rest

const hasEnded = ({ validTo }: Version, today: string): boolean => validTo !== undefined && validTo <= today

/** Whether days until today, and today itself, have the same prices under a version as under another. */
const isSame = (before: Version, after: Version, today: string): boolean =>
  Equal.equals(terms(before), terms(after)) &&
  (hasEnded(before, today) ? before.validTo === after.validTo : !hasEnded(after, today))

const begun = ({ versions }: Tariff, today: string): ReadonlyArray<Version> =>
  versions.filter(({ validFrom }) => validFrom <= today)

/** The days of a calendar that were. */
const daysUntil = (tariff: Tariff, name: string, today: string) =>
  (tariff.calendars?.[name]?.dates ?? []).filter(({ date }) => date <= today)

/**
 * What of a definition would be another for days that were, or that are today; undefined when only days to
 * come have other prices. Versions, sets and calendars may be added, and a version may be given an end.
 */
export const pastChange = (before: Tariff, after: Tariff, today: string): string | undefined => {
  for (const name of ["currency", "timeZone", "commodity"] as const) {
    if (before[name] !== after[name]) return name
  }
  const [old, now] = [begun(before, today), begun(after, today)]
  const changed = old.findIndex((version, at) => now[at] === undefined || !isSame(version, now[at], today))
  if (changed >= 0) return `versions[${changed}]`
  if (now.length > old.length) return `versions[${old.length}].validFrom`
  if (old.length === 0) return undefined
  const set = Object.keys(before.touSets).find(
    (name) => !Equal.equals(before.touSets[name], after.touSets[name])
  )
  if (set !== undefined) return `touSets.${set}`
  const names = Object.keys({ ...before.calendars, ...after.calendars })
  const calendar = names.find(
    (name) => !Equal.equals(daysUntil(before, name, today), daysUntil(after, name, today))
  )
  return calendar === undefined ? undefined : `calendars.${calendar}`
}
