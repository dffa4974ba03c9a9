import type { Message } from "@wattkit/core"
import { type LineFault, lineFaultsOf, lineUnitOf } from "@wattkit/formats"

/** What of a body of line protocol cannot be read. */
export type LineProblems =
  | { readonly kind: "whole"; readonly message: string }
  | { readonly kind: "lines"; readonly faults: ReadonlyArray<LineFault>; readonly hasOthers: boolean }

/** So many wrong lines are told of in one answer. */
export const mostFaults = 100

/** Looks for lines that cannot be read, undefined when there are none. */
export const problemsOf = (message: Message): LineProblems | undefined => {
  const unit = lineUnitOf(message.topic)
  if (unit === undefined) return { kind: "whole", message: "there is nothing at this address" }
  if ("why" in unit) return { kind: "whole", message: unit.why }
  let text: string
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(message.payload)
  } catch {
    return { kind: "whole", message: "the lines are not valid UTF-8" }
  }
  const faults = lineFaultsOf(text, unit.unit)
  if (faults.length === 0) return undefined
  return { kind: "lines", faults, hasOthers: faults.length < linesIn(text) }
}

/**
 * Lines that are neither empty nor comments; text in quotes may hold ends of lines, which makes them more.
 */
const linesIn = (text: string): number => text.split("\n").filter((line) => /^\s*[^\s#]/.test(line)).length
