import type { Correction, Revision } from "../model/Correction.ts"
import { isSame, type Reading } from "../model/Reading.ts"
import type { AppendOutcome, CorrectionOutcome } from "../ports/ReadingStore.ts"
import type { Instant } from "../time/Instant.ts"

/**
 * The versions of one reading, oldest first: what the device said, when it is there, then the corrections by
 * when they were made. The last one counts.
 */
export type Versions = Array<Revision>

/** What a reading says by its last version; null when it was struck out. */
export const counted = (versions: Versions): Reading | null => versions.at(-1)?.reading ?? null

/** Whether the version that counts is a correction. */
export const isEdited = (versions: Versions): boolean => (versions.at(-1)?.provenance ?? null) !== null

const saysSame = (a: Reading | null, b: Reading | null): boolean =>
  a === null || b === null ? a === b : isSame(a, b)

/** Adds what the device said, whose first word stays. */
export const addSaid = (versions: Versions, reading: Reading, receivedAt: Instant): AppendOutcome => {
  const first = versions[0]
  if (first?.provenance === null) return saysSame(first.reading, reading) ? "duplicate" : "conflict"
  versions.unshift({ reading, provenance: null, receivedAt })
  return versions.length === 1 ? "accepted" : "superseded"
}

/** Adds a correction at its place among the versions. */
export const addCorrection = (
  versions: Versions,
  { at, by, channel, madeAt, reading: said, reason }: Correction,
  receivedAt: Instant
): CorrectionOutcome => {
  const reading = said === null ? null : { ...said, at, channel }
  const rival = versions.find(({ provenance }) => provenance?.madeAt === madeAt)
  if (rival !== undefined) {
    const isRepeat =
      rival.provenance?.by === by && rival.provenance.reason === reason && saysSame(rival.reading, reading)
    return isRepeat ? "duplicate" : "conflict"
  }
  const isBefore = ({ provenance }: Revision) => provenance === null || provenance.madeAt < madeAt
  const place = versions.findLastIndex(isBefore) + 1
  versions.splice(place, 0, { reading, provenance: { by, reason, madeAt }, receivedAt })
  if (versions.length === 1) return "accepted"
  return place === versions.length - 1 ? "revised" : "superseded"
}
