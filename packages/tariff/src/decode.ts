import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { violations } from "@wattkit/core"
import { Tariff } from "./model/Tariff.ts"
import { Refused } from "./Refused.ts"
import { check } from "./check/check.ts"

const decodeFields = Schema.decodeUnknownResult(Tariff, { errors: "all", onExcessProperty: "error" })

/** Reads a tariff from JSON: every field is checked, then everything that cannot be priced is refused. */
export const decodeTariff = (json: unknown): Result.Result<Tariff, Refused> => {
  const decoded = decodeFields(json)
  if (Result.isFailure(decoded)) {
    const problems = violations(decoded.failure.issue).map(({ field, reason }) => ({
      path: field,
      message: reason
    }))
    return Result.fail(new Refused(problems))
  }
  const tariff: Tariff = decoded.success
  const problems = check(tariff)
  return problems.length > 0 ? Result.fail(new Refused(problems)) : Result.succeed(tariff)
}
