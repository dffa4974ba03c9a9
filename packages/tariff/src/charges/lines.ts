import * as Scaled from "../exact/Scaled.ts"
import type { Selector } from "../model/charge/ChargeFields.ts"
import type { Group } from "../model/Fields.ts"
import type { Context, Line } from "./Context.ts"

/** What a line says of its charge. */
interface Origin {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly group: Group
}

/** Adds a line, rounded if the bill's policy rounds lines. */
export const addLine = (
  context: Context,
  charge: Origin,
  line: Omit<Line, "chargeId" | "kind" | "label" | "group" | "amount">
): void => {
  const round = context.parts[context.parts.length - 1]?.compiled.version.billing.rounding?.line
  const amount =
    round === undefined
      ? line.exact
      : Scaled.round(line.exact, Scaled.AMOUNT_DIGITS, round.places, round.mode)
  context.lines.push({
    chargeId: charge.id,
    kind: charge.kind,
    label: charge.label,
    group: charge.group,
    ...line,
    amount
  })
}

/** Whether a selector means a line; one that names neither groups nor charges means all. */
export const selects = (
  selector: Selector,
  line: { readonly chargeId: string; readonly group: Group }
): boolean =>
  selector.except?.includes(line.chargeId) !== true &&
  ((selector.groups === undefined && selector.ids === undefined) ||
    selector.groups?.includes(line.group) === true ||
    selector.ids?.includes(line.chargeId) === true)

/** The sum of the lines a selector means. */
export const sumOf = (lines: ReadonlyArray<Line>, selector: Selector): bigint => {
  let sum = 0n
  for (const line of lines) if (selects(selector, line)) sum += line.amount
  return sum
}
