import type { Drafts } from "../../payload/Drafts.ts"
import { Memory, mostSubjects } from "../../payload/Memory.ts"
import { isObject, member } from "../../payload/payloadJson.ts"
import { readNumber } from "../../payload/readNumber.ts"
import { type Component, componentOf } from "./components.ts"

/** What is known of one component. */
interface Known {
  /** Its numbers by their path. */
  readonly numbers: Map<string, number>
  /** The times of its last notifications, the latest at the end. */
  readonly told: Array<number>
}

/** So many notifications of a component may be under way when a connection breaks, and come again. */
const mostTold = 64

/** Whether a notification came before others that came already; notes its time if it did not. */
const isRepeated = ({ told }: Known, ts: unknown): boolean => {
  if (typeof ts !== "number") return false
  const at = told.lastIndexOf(ts)
  if (at >= 0) return at < told.length - 1
  told.push(ts)
  if (told.length > mostTold) told.shift()
  return false
}

const valueAt = (status: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((value, name) => member(value, name), status)

/**
 * What components said last. A notification carries what changed and leaves out the rest, which goes on as it
 * was: a voltage that is not sent is the voltage sent before.
 *
 * What comes again after others came is left out: filled up with what was said since it would be another
 * reading at the same instant, and what it says would be taken for the latest.
 *
 * A register is told only when it is sent. Between two of its messages it goes on counting, so the old one is
 * not that of now.
 */
export class Overlay {
  readonly #known = new Memory<Known>(mostSubjects)

  /**
   * Takes a status, whole or in part, and puts what follows from it into the drafts; `ts` is the time of the
   * device, where it tells one.
   */
  put(drafts: Drafts, subject: string, name: string, status: unknown, ts: unknown): void {
    const found = componentOf(name)
    if (found === undefined || !isObject(status)) return
    const { channelOf, component } = found
    const key = `${subject} ${name}`
    const remembered = this.#known.get(key) ?? { numbers: new Map<string, number>(), told: [] }
    if (isRepeated(remembered, ts)) return
    const known = remembered.numbers
    const sent = this.#take(known, component, status)
    if (known.size > 0) this.#known.set(key, remembered)
    if (sent.size === 0) return
    for (const { channel, path, quantity } of component.now) {
      drafts.put(channelOf(channel), quantity, known.get(path.join("/")))
    }
    for (const { channel, path, returned, returnedIsPart } of component.registers) {
      const isSent = sent.has(path.join("/"))
      const back = known.get(returned.join("/"))
      if (isSent) {
        const total = known.get(path.join("/")) ?? Number.NaN
        const taken = returnedIsPart ? Math.max(0, total - (back ?? 0)) : total
        drafts.put(channelOf(channel), "importWh", Number(taken.toPrecision(15)))
      }
      if (sent.has(returned.join("/"))) drafts.put(channelOf(channel), "exportWh", back)
    }
  }

  /** The paths that were sent with a number; what was sent as null is known no more. */
  #take(known: Map<string, number>, component: Component, status: unknown): ReadonlySet<string> {
    const sent = new Set<string>()
    const paths = [
      ...component.now.map(({ path }) => path),
      ...component.registers.flatMap(({ path, returned }) => [path, returned])
    ]
    for (const path of paths) {
      const value = valueAt(status, path)
      if (value === undefined) continue
      const key = path.join("/")
      const number = readNumber(value)
      if (number === undefined) known.delete(key)
      else {
        known.set(key, number)
        sent.add(key)
      }
    }
    return sent
  }
}
