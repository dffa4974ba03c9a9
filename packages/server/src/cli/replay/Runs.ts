import type { DeviceReading } from "@wattkit/core"
import type { Place, RowFault, RowSink } from "@wattkit/transport-http"
import { Effect, type Scope } from "effect"
import { StartError } from "../../StartError.ts"
import type { Understood } from "../import/fileFormat.ts"
import * as Source from "../transfer/Source.ts"
import type { Stop } from "../transfer/Stop.ts"

/** A part of a file in which instants never go back: the readings of one device, as a file is exported. */
export interface Run {
  /** Where the piece of the file begins in which the run begins: a reader can begin only there. */
  readonly from: Place
  /** How many readings of that piece are before the run. */
  readonly skip: number
  /** How many readings the run has. */
  readonly length: number
}

/** What was found in a file by reading all of it once. */
export interface Surveyed {
  readonly runs: ReadonlyArray<Run>
  readonly first: number
  readonly last: number
  readonly rows: number
  readonly faults: number
}

/** Each run is read by a reader of its own, and a process may open about a thousand files. */
const mostRuns = 500

/** Notes where the instants go back, and in which piece of the file that is. */
class Survey implements RowSink {
  readonly runs: Array<{ from: Place; skip: number; length: number }> = []
  first = Number.POSITIVE_INFINITY
  last = Number.NEGATIVE_INFINITY
  rows = 0
  bad = 0
  piece: Place = { offset: 0, line: 1 }
  inPiece = 0
  #before = Number.POSITIVE_INFINITY

  readonly reading = ({ at }: DeviceReading): void => {
    if (at < this.#before || this.runs.length === 0) {
      this.runs.push({ from: this.piece, skip: this.inPiece, length: 0 })
    }
    this.#before = at
    this.runs.at(-1)!.length++
    this.inPiece++
    this.rows++
    if (at < this.first) this.first = at
    if (at > this.last) this.last = at
  }

  readonly faults = (_: ReadonlyArray<RowFault>): void => {
    this.bad++
  }
}

/** Reads a file once and finds its runs. */
export const survey = Effect.fnUntraced(function* (path: string, understood: Understood, stop: Stop) {
  const found = new Survey()
  const source = yield* Source.open(path, understood.from.offset)
  const reader = understood.make(understood.from, [], found)
  for (let chunk = yield* source.next; chunk !== undefined; chunk = yield* source.next) {
    found.piece = reader.place()
    found.inPiece = 0
    reader.push(chunk)
    if (stop.isAsked()) break
    if (found.runs.length > mostRuns) {
      const message = `${path} has its readings in no order; export it again, or sort it by time.`
      return yield* new StartError({ message })
    }
  }
  found.piece = reader.place()
  found.inPiece = 0
  reader.end()
  const { bad, first, last, rows, runs } = found
  return { runs, first, last, rows, faults: bad } satisfies Surveyed as Surveyed
})

/** The readings of one run, a few at a time. */
export interface Cursor {
  /** The readings at hand; the first is the next. */
  readonly at: () => DeviceReading | undefined
  readonly advance: () => void
  /** Brings more to hand when there are none. */
  readonly fill: Effect.Effect<void, StartError>
}

/** Opens a run to read it from its beginning. */
export const open = (
  path: string,
  understood: Understood,
  run: Run
): Effect.Effect<Cursor, StartError, Scope.Scope> =>
  Effect.map(Source.open(path, run.from.offset, 16 * 1024), (source) => {
    let ready: Array<DeviceReading> = []
    let next = 0
    let skip = run.skip
    let left = run.length
    let isOver = false
    const isFilled = () => next < ready.length || left === 0 || isOver
    const reader = understood.make(run.from, [], {
      reading: (reading) => {
        if (skip > 0) skip--
        else if (left > 0) {
          left--
          ready.push(reading)
        }
      },
      faults: () => {}
    })
    return {
      at: () => ready[next],
      advance: () => void next++,
      fill: Effect.gen(function* () {
        if (isFilled()) return
        ready = []
        next = 0
        while (!isFilled()) {
          const chunk = yield* source.next
          if (chunk === undefined) {
            isOver = true
            reader.end()
          } else reader.push(chunk)
        }
      })
    }
  })
