import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { InvalidTime } from "./InvalidTime.ts"

const SHAPE = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/

/** A time on the wall clock as whole milliseconds since midnight; 24:00 ends the day. */
export const LocalTime = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_400_000 })).pipe(
  Schema.brand("LocalTime")
)
/** A time on the wall clock as whole milliseconds since midnight; 24:00 ends the day. */
export type LocalTime = typeof LocalTime.Type

/** Midnight at the beginning of a day. */
export const midnight = 0 as LocalTime

/** Reads `18:00`, `18:00:30` or `18:00:30.250`; `24:00` is the end of the day. */
export const fromString = (text: string): Result.Result<LocalTime, InvalidTime> => {
  const match = SHAPE.exec(text)
  const minute = Number(match?.[2])
  const second = Number(match?.[3] ?? 0)
  const millis =
    ((Number(match?.[1]) * 60 + minute) * 60 + second) * 1000 + Number((match?.[4] ?? "").padEnd(3, "0"))
  return minute <= 59 && second <= 59 && millis <= 86_400_000
    ? Result.succeed(millis as LocalTime)
    : Result.fail(
        new InvalidTime({ input: text, message: "expected a time from 00:00 to 24:00, such as 18:00" })
      )
}

/** Reads a time as `fromString` does and throws `InvalidTime`, for times in source code and tests. */
export const fromStringOrThrow = (text: string): LocalTime => Result.getOrThrow(fromString(text))

const pad = (value: number): string => String(value).padStart(2, "0")

/** Writes hours and minutes, with seconds and milliseconds only when they are not zero. */
export const format = (time: LocalTime): string => {
  const minutes = Math.floor(time / 60_000)
  const rest = time - minutes * 60_000
  const clock = `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
  if (rest === 0) return clock
  const fraction = rest % 1000 === 0 ? "" : `.${String(rest % 1000).padStart(3, "0")}`
  return `${clock}:${pad(Math.floor(rest / 1000))}${fraction}`
}
