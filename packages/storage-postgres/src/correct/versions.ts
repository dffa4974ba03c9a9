import { type Correction, type CorrectionOutcome, isSame, type Reading } from "@wattkit/core"
import { storable } from "../rows.ts"

/** One version of a reading; what the device said was made at `-Infinity`. */
export interface Version {
  readonly madeAt: number
  readonly reading: Reading | null
  readonly by: string | null
  readonly reason: string | null
}

/** The reading of one identity as corrections change it. */
export interface Corrected {
  readonly channelKey: number
  readonly at: number
  /** Oldest first; the last one counts. */
  readonly versions: Array<Version>
  readonly added: Array<Version>
  /** A row of this identity was there before. */
  readonly isThere: boolean
}

const saysSame = (a: Reading | null, b: Reading | null): boolean =>
  a === null || b === null ? a === b : isSame(a, b)

/** The version a correction makes. */
export const versionOf = ({ at, by, channel, madeAt, reading, reason }: Correction): Version => ({
  madeAt,
  reading: reading === null ? null : { ...reading, at, channel },
  by: storable(by),
  reason: storable(reason)
})

/** Puts a version at its place and answers what became of it. */
export const add = ({ added, versions }: Corrected, version: Version): CorrectionOutcome => {
  const rival = versions.find(({ madeAt }) => madeAt === version.madeAt)
  if (rival !== undefined) {
    const isRepeat =
      rival.by === version.by && rival.reason === version.reason && saysSame(rival.reading, version.reading)
    return isRepeat ? "duplicate" : "conflict"
  }
  const place = versions.findLastIndex(({ madeAt }) => madeAt < version.madeAt) + 1
  versions.splice(place, 0, version)
  added.push(version)
  if (versions.length === 1) return "accepted"
  return place === versions.length - 1 ? "revised" : "superseded"
}

/** The version that counts now, when it is one that was added. */
export const changedTo = ({ added, versions }: Corrected): Version | undefined => {
  const last = versions.at(-1)
  return last !== undefined && added.includes(last) ? last : undefined
}
