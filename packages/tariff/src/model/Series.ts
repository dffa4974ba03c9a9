import * as Schema from "effect/Schema"
import { Name } from "./Fields.ts"

const value = Schema.Finite
const regular = Schema.Struct({
  id: Name,
  unit: Schema.String,
  /** Epoch milliseconds. */
  start: Schema.Int,
  stepSeconds: Schema.Int.check(Schema.isBetween({ minimum: 60, maximum: 31_622_400 })),
  /** A value for each step; `null` where there is none. */
  values: Schema.Array(Schema.NullOr(value))
})

const sorted = Schema.makeFilter(
  (points: ReadonlyArray<{ readonly start: number; readonly end: number }>) => {
    const bad = points.findIndex(
      (point, index) =>
        point.end <= point.start || point.start < (points[index - 1]?.end ?? Number.NEGATIVE_INFINITY)
    )
    return (
      bad < 0 || { path: [bad], issue: "must begin at or after the end of the one before, and not be empty" }
    )
  }
)

/** A quantity that changes with time, such as prices per kWh: even steps, or intervals in order. */
export const Series = Schema.Union([
  regular,
  Schema.Struct({
    id: Name,
    unit: Schema.String,
    points: Schema.Array(Schema.Struct({ start: Schema.Int, end: Schema.Int, value })).check(sorted)
  })
])
/** A quantity that changes with time, such as prices per kWh. */
export type Series = typeof Series.Type
