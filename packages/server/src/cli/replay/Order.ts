import type { DeviceReading } from "@wattkit/core"
import { Effect } from "effect"
import type { StartError } from "../../StartError.ts"
import type { Cursor } from "./Runs.ts"

interface Entry {
  readonly cursor: Cursor
  /** The number of the run in the file. */
  readonly place: number
  at: number
}

/** Runs merged into one order of instants; readings of one instant come in the order of the file. */
export interface Order {
  /** The next reading, without taking it. */
  readonly peek: () => DeviceReading | undefined
  /** Takes up to `most` readings that are not after an instant. */
  readonly take: (until: number, most: number) => Effect.Effect<Array<DeviceReading>, StartError>
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.place < b.place)

/** Lets the entry at the top of a heap sink to its place. */
const sink = (heap: Array<Entry>): void => {
  let i = 0
  while (true) {
    let least = i
    for (const child of [2 * i + 1, 2 * i + 2]) {
      if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child
    }
    if (least === i) return
    const entry = heap[i]!
    heap[i] = heap[least]!
    heap[least] = entry
    i = least
  }
}

/** Merges runs, each of which is in order. */
export const make = Effect.fnUntraced(function* (
  cursors: ReadonlyArray<Cursor>
): Effect.fn.Return<Order, StartError> {
  const heap: Array<Entry> = []
  for (const [place, cursor] of cursors.entries()) {
    yield* cursor.fill
    const first = cursor.at()
    if (first !== undefined) heap.push({ cursor, place, at: first.at })
  }
  // A sorted list is a heap.
  heap.sort((a, b) => a.at - b.at || a.place - b.place)
  return {
    peek: () => heap[0]?.cursor.at(),
    take: Effect.fnUntraced(function* (until, most) {
      const taken: Array<DeviceReading> = []
      for (let top = heap[0]; top !== undefined && top.at <= until && taken.length < most; top = heap[0]) {
        taken.push(top.cursor.at()!)
        top.cursor.advance()
        if (top.cursor.at() === undefined) yield* top.cursor.fill
        const next = top.cursor.at()
        if (next !== undefined) top.at = next.at
        else {
          const last = heap.pop()!
          if (last === top) break
          heap[0] = last
        }
        sink(heap)
      }
      return taken
    })
  }
})
