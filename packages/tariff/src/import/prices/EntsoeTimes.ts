import { decimalOf } from "../decimals.ts"
import type { Document } from "../Document.ts"
import type { Element } from "./Xml.ts"

/** The first element of a name in another. */
export const childOf = (element: Element, name: string): Element | undefined =>
  element.children.find((child) => child.name === name)

/** The text of the first element of a name in another. */
export const textOf = (element: Element, name: string): string | undefined => {
  const text = childOf(element, name)?.text.trim()
  return text === "" ? undefined : text
}

/** A period of a publication with its positions, from 1, and the price of each as written. */
export interface Positions {
  readonly start: number
  readonly end: number
  readonly stepMs: number
  readonly prices: ReadonlyMap<number, string>
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/

const instantOf = (document: Document, element: Element | undefined, name: string, path: string): number => {
  const text = element === undefined ? undefined : textOf(element, name)
  const instant = text !== undefined && INSTANT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(instant))
    document.problem(`${path}.${name}`, `must be a time such as "2026-03-28T23:00Z", not "${text ?? ""}"`)
  return instant
}

const stepOf = (text: string | undefined): number => {
  const match = /^PT(\d{1,4})(M|H)$/.exec(text ?? "")
  return match === null ? Number.NaN : Number(match[1]) * (match[2] === "H" ? 3_600_000 : 60_000)
}

/** Reads a Period. How many positions it has follows from its interval, which has 23 to 25 hours a day. */
export const positionsOf = (document: Document, period: Element, path: string): Positions | undefined => {
  const interval = childOf(period, "timeInterval")
  const before = document.problems.length
  const start = instantOf(document, interval, "start", `${path}.timeInterval`)
  const end = instantOf(document, interval, "end", `${path}.timeInterval`)
  const stepMs = stepOf(textOf(period, "resolution"))
  if (!(stepMs > 0))
    document.problem(
      `${path}.resolution`,
      `must be PT15M, PT30M or PT60M, not "${textOf(period, "resolution") ?? ""}"`
    )
  if (document.problems.length > before) return undefined
  const count = (end - start) / stepMs
  if (!(count > 0 && Number.isInteger(count) && count <= 200_000)) {
    document.problem(`${path}.timeInterval`, "must be a whole number of steps long, and at least one")
    return undefined
  }
  const prices = new Map<number, string>()
  for (const point of period.children) {
    if (point.name !== "Point") continue
    const position = Number(textOf(point, "position"))
    const price = decimalOf(textOf(point, "price.amount"))
    const where = `line ${point.line}`
    if (!(Number.isInteger(position) && position >= 1 && position <= count))
      document.problem(where, `position "${textOf(point, "position") ?? ""}" is not one of 1 to ${count}`)
    else if (price === undefined)
      document.problem(where, `price.amount "${textOf(point, "price.amount") ?? ""}" is not a number`)
    else if (prices.has(position)) document.problem(where, `position ${position} is there twice`)
    else prices.set(position, price)
  }
  return { start, end, stepMs, prices }
}
