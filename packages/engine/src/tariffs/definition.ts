import { decodeTariff, type Tariff } from "@wattkit/tariff"
import { Effect, Result } from "effect"
import { Unprocessable } from "./Unprocessable.ts"

/** One thing that keeps a definition from being a tariff: where it is, and why. */
export interface Fault {
  readonly field: string
  readonly reason: string
}

/** So many faults are told; whoever mends those finds the rest. */
const mostFaults = 100

/** A definition is never nested as deeply, and what reads it must not run out of stack. */
const deepest = 64

const longestName = 200

const isTooDeep = (json: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : []
    )
  }
  return false
}

/** The name is shown in lists, so it is held to what every name is held to. */
const nameFaults = ({ name }: Tariff): ReadonlyArray<Fault> => {
  if (name.length === 0 || name.length > longestName) {
    return [{ field: "name", reason: `must have 1 to ${longestName} characters` }]
  }
  return /[\p{Cc}\p{Cs}]/u.test(name) ? [{ field: "name", reason: "must not hold control characters" }] : []
}

/** Reads a definition, or tells everything that is wrong with it. */
const read = (json: unknown): Result.Result<Tariff, ReadonlyArray<Fault>> => {
  if (isTooDeep(json)) return Result.fail([{ field: "", reason: `is nested deeper than ${deepest}` }])
  const decoded = decodeTariff(json)
  if (Result.isFailure(decoded)) {
    return Result.fail(
      decoded.failure.problems.map(({ message, path }) => ({ field: path, reason: message }))
    )
  }
  const faults = nameFaults(decoded.success)
  return faults.length > 0 ? Result.fail(faults) : Result.succeed(decoded.success)
}

/** Everything that is wrong with a definition; nothing when it can be priced. */
export const faultsOf = (json: unknown): ReadonlyArray<Fault> => {
  const decoded = read(json)
  return Result.isFailure(decoded) ? decoded.failure.slice(0, mostFaults) : []
}

/** A definition that can be priced; what cannot is refused as a whole. */
export const readDefinition = (json: unknown): Effect.Effect<Tariff, Unprocessable> => {
  const decoded = read(json)
  if (Result.isSuccess(decoded)) return Effect.succeed(decoded.success)
  const details = decoded.failure
    .slice(0, mostFaults)
    .map(({ field, reason }) => ({ field: field === "" ? "definition" : `definition.${field}`, reason }))
  return Effect.fail(new Unprocessable({ message: "this definition cannot be priced", details }))
}
