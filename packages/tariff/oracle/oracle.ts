import { existsSync, readFileSync, readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Case } from "./Case.ts"
import { differences } from "./compare.ts"
import { computed } from "./evaluateCase.ts"

const TOLERANCE = 1e-6

/** The cases kept with this package, unless the ones they come from stand beside the repository. */
const known = [
  resolve(import.meta.dirname, "../../../../shared/oracle/cases"),
  join(import.meta.dirname, "cases")
]
const given = process.argv[2]
const folder = given === undefined ? known.find((path) => existsSync(path))! : resolve(given)

/**
 * The numbers that are not compared, and counted in the line of their case: with two meters the demand with
 * generation is that of the generation meter in a case, and that of the load here, which is what is billed.
 */
const notCompared = (it: Case, side: string, path: string): boolean =>
  it.tariff.metering.mode === "buyAllSellAll" &&
  side === "withGeneration" &&
  /billingDemandKw|touPeakKw/.test(path)

const evaluateFile = (file: string): boolean => {
  const it: Case = JSON.parse(readFileSync(join(folder, file), "utf8"))
  let left = 0
  const found = (["loadOnly", "withGeneration"] as const).flatMap((side) => {
    const expected = it.expected[side]
    if (expected === undefined) return []
    const all = differences(side, expected, computed(it, side === "withGeneration", expected))
    const compared = all.filter((one) => !notCompared(it, side, one.path))
    left += all.length - compared.length
    return compared
  })
  let worst = found[0]
  for (const one of found) {
    if (Number.isNaN(worst?.difference)) break
    if (!(one.difference <= (worst?.difference ?? 0))) worst = one
  }
  const ok = found.length > 0 && found.every((one) => one.difference <= TOLERANCE)
  const most = (worst?.difference ?? Number.NaN).toExponential(2)
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${it.name.padEnd(36)} ${most} over ${found.length} numbers`)
  if (left > 0) process.stdout.write(`, ${left} not compared`)
  process.stdout.write(
    ok ? "\n" : ` at ${worst?.path}: expected ${worst?.expected}, computed ${worst?.actual}\n`
  )
  return ok
}

const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .toSorted()
const passes = (file: string): boolean => {
  try {
    return evaluateFile(file)
  } catch (error) {
    process.stdout.write(`FAIL ${file}: ${error instanceof Error ? error.message : String(error)}\n`)
    return false
  }
}

const failed = files.filter((file) => !passes(file))
process.stdout.write(`${files.length - failed.length} of ${files.length} cases within ${TOLERANCE}\n`)
process.exitCode = failed.length === 0 && files.length > 0 ? 0 : 1
