import type { Scale } from "../power/Scale.ts"

/** The rectangle that values are drawn into, in CSS pixels. */
export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Where a step stands. */
export const xOf = ({ left, width }: Frame, count: number, step: number): number =>
  left + (count < 2 ? width : (step / (count - 1)) * width)

/** Where a value stands. */
export const yOf = ({ height, top }: Frame, { high, low }: Scale, value: number): number =>
  top + ((high - value) / (high - low)) * height

const round = (pixels: number): number => Math.round(pixels * 10) / 10

/** Runs of values without a gap: the first step and the values. */
const runs = (
  values: ReadonlyArray<number | undefined>
): ReadonlyArray<{ readonly start: number; readonly values: ReadonlyArray<number> }> => {
  const found: Array<{ start: number; values: Array<number> }> = []
  let isOpen = false
  for (const [step, value] of values.entries()) {
    if (value !== undefined && !isOpen) found.push({ start: step, values: [] })
    isOpen = value !== undefined
    if (value !== undefined) found.at(-1)!.values.push(value)
  }
  return found
}

/** The line through the values and the area between it and zero, as SVG paths; a gap stays a gap. */
export const paths = (
  values: ReadonlyArray<number | undefined>,
  frame: Frame,
  scale: Scale
): { readonly line: string; readonly area: string } => {
  const zero = round(yOf(frame, scale, 0))
  const x = (step: number): number => round(xOf(frame, values.length, step))
  const drawn = runs(values).map((run) => {
    const end = run.start + run.values.length - 1
    const line = run.values
      .map((value, index) => `${x(run.start + index)} ${round(yOf(frame, scale, value))}`)
      .join("L")
    // A single value would be a line without length; its round cap is a dot.
    const dot = run.values.length === 1 ? "h0" : ""
    return { line: `M${line}${dot}`, area: `M${x(run.start)} ${zero}L${line}L${x(end)} ${zero}Z` }
  })
  return { line: drawn.map(({ line }) => line).join(""), area: drawn.map(({ area }) => area).join("") }
}
