import {
  bounds,
  type ChannelName,
  type DeviceId,
  type DeviceReading,
  type QuantityName,
  quantities
} from "@wattkit/core"

/** Why one row of a file is no reading: which field of it, and why. */
export interface RowFault {
  readonly field: string
  readonly message: string
}

/** Is told what a reader finds, in the order of the file; lines are counted from 1. */
export interface RowSink {
  readonly reading: (reading: DeviceReading, line: number) => void
  readonly faults: (faults: ReadonlyArray<RowFault>, line: number) => void
}

/** Where in a file something stands: how many bytes are before it, and on which line it begins, from 1. */
export interface Place {
  readonly offset: number
  readonly line: number
}

/** Reads the rows of a file as its bytes come. */
export interface RowReader {
  /** Reads all rows that are whole by now. */
  readonly push: (chunk: Uint8Array) => void
  /** Reads the last row, which needs no end of line. */
  readonly end: () => void
  /** The first byte that is not read yet: a later reader may begin there. */
  readonly place: () => Place
}

/** What rows leave out. */
export interface RowDefaults {
  readonly deviceId?: DeviceId | undefined
  readonly channel?: ChannelName | undefined
}

type Quantities = { -readonly [name in QuantityName]?: number }

/** A reading while its row is being read. */
export interface Draft extends Quantities {
  deviceId: string
  at: number
  channel: string
  since?: number
  extra?: Record<string, number>
}

/** The least and most of each quantity, in the order of `quantities`. */
export const least: ReadonlyArray<number> = quantities.map((name) => bounds[name][0])
export const most: ReadonlyArray<number> = quantities.map((name) => bounds[name][1])

/**
 * Puts the beginning of a delta into a reading; false when there is none that it could be the beginning of.
 */
export const setSince = (draft: Draft, since: number): boolean => {
  if (since >= draft.at) return false
  if (draft.importDeltaWh === undefined && draft.exportDeltaWh === undefined) return false
  draft.since = since
  return true
}
