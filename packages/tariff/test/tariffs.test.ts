import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import {
  type Bill,
  type BillLine,
  type BillOptions,
  type Period,
  type Tariff,
  type Usage,
  bill,
  check,
  decodeTariff,
  explain
} from "../src/index.ts"
import { example } from "../src/example.ts"

/** A value by local time: the first of `when` whose dates (both included) and clock match, or `else`. */
interface Pattern {
  readonly else: number
  readonly when?: ReadonlyArray<{
    readonly dates?: readonly [string, string]
    readonly clock?: readonly [string, string]
    readonly is: number
  }>
}

interface ExpectedLine {
  readonly charge: string
  readonly period?: string
  readonly tier?: number
  /** How a person comes to the amount, before a line is rounded. */
  readonly working: string
  readonly amount: string
}

interface ExpectedBill {
  readonly period: Period
  readonly lines: ReadonlyArray<ExpectedLine>
  readonly total: string
  readonly tax?: { readonly working: string; readonly amount: string }
}

/** Usage made of patterns, and the bills it must lead to, each handing over to the next. */
interface Case {
  readonly name: string
  readonly usage: {
    readonly from: string
    readonly to: string
    readonly minutes: number
    readonly import?: Pattern
    readonly export?: Pattern
  }
  readonly series?: Readonly<Record<string, Pattern & { readonly unit: string; readonly minutes: number }>>
  readonly params?: Readonly<Record<string, string | number>>
  readonly priorPeaksKw?: ReadonlyArray<string>
  readonly bills: ReadonlyArray<ExpectedBill>
}

const folder = join(import.meta.dirname, "../tariffs")

const read = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"))

const names = readdirSync(folder).filter((name) => name.endsWith(".json"))

const tariffs: ReadonlyArray<readonly [string, unknown]> = [
  ["example.json", example("EUR", "Europe/Berlin")],
  ...names.map((name) => [name, read(name)] as const)
]

/** The value of every step, with the platform's own clock, so that the engine's is held against it. */
const valuesOf = (pattern: Pattern, from: number, to: number, minutes: number, timeZone: string) => {
  const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone })
  return Array.from({ length: (to - from) / (minutes * 60_000) }, (_, step) => {
    const [date = "", clock = ""] = local.format(from + step * minutes * 60_000).split(" ")
    const found = pattern.when?.find(
      (one) =>
        (one.dates === undefined || (date >= one.dates[0] && date <= one.dates[1])) &&
        (one.clock === undefined || (clock >= one.clock[0] && clock < one.clock[1]))
    )
    return (found ?? { is: pattern.else }).is
  })
}

const inputsOf = (tariff: Tariff, it: Case): { usage: Usage; options: BillOptions } => {
  const { usage } = it
  const start = Date.parse(usage.from)
  const end = Date.parse(usage.to)
  const column = (pattern: Pattern = { else: 0 }) =>
    valuesOf(pattern, start, end, usage.minutes, tariff.timeZone)
  const series = Object.entries(it.series ?? {}).map(([id, one]) => {
    const values = valuesOf(one, start, end, one.minutes, tariff.timeZone)
    return [id, { id, unit: one.unit, start, stepSeconds: one.minutes * 60, values }] as const
  })
  return {
    usage: {
      start,
      stepMs: usage.minutes * 60_000,
      importKwh: column(usage.import),
      exportKwh: column(usage.export)
    },
    options: {
      series: Object.fromEntries(series),
      ...(it.params === undefined ? {} : { params: it.params }),
      ...(it.priorPeaksKw === undefined ? {} : { priorPeaksKw: it.priorPeaksKw })
    }
  }
}

/** Computes a working such as `31 × (2 + 0.5) − 4 / 3`. */
const computed = (working: string): number => {
  const tokens = working.match(/[\d.]+|[×/+−()]/gu) ?? []
  assert.strictEqual(tokens.join(""), working.replaceAll(" ", ""), `cannot read "${working}"`)
  let at = 0
  const factor = (): number => {
    const token = tokens[at++]
    if (token === "−") return -factor()
    if (token !== "(") return Number(token)
    const inner = sum()
    assert.strictEqual(tokens[at++], ")", working)
    return inner
  }
  const product = (): number => {
    let value = factor()
    while (tokens[at] === "×" || tokens[at] === "/")
      value = tokens[at++] === "×" ? value * factor() : value / factor()
    return value
  }
  const sum = (): number => {
    let value = product()
    while (tokens[at] === "+" || tokens[at] === "−") value += tokens[at++] === "+" ? product() : -product()
    return value
  }
  const value = sum()
  assert.strictEqual(at, tokens.length, `cannot read all of "${working}"`)
  return value
}

const ATTO = 24

/** Decimals as whole numbers of 10^-24, so that sums of them are exact. */
const units = (text: string): bigint => {
  const [whole = "", digits = ""] = text.replace("-", "").split(".")
  const value = BigInt(whole + digits.padEnd(ATTO, "0"))
  return text.startsWith("-") ? -value : value
}

const sumOf = (amounts: ReadonlyArray<string>): bigint =>
  amounts.reduce((sum, amount) => sum + units(amount), 0n)

const place = (line: { charge: string; period?: string | undefined; tier?: number | undefined }): string =>
  [line.charge, line.period, line.tier].filter((part) => part !== undefined).join("/")

const placeOf = ({ chargeId: charge, period, tier }: BillLine): string => place({ charge, period, tier })

const assertBill = (made: Bill, expected: ExpectedBill, places: number | undefined): void => {
  assert.deepStrictEqual(
    made.lines.map((line) => `${placeOf(line)} ${line.amount}`),
    expected.lines.map((line) => `${place(line)} ${line.amount}`)
  )
  assert.strictEqual(made.total, expected.total)
  assert.strictEqual(sumOf(made.lines.map((line) => line.amount)), units(made.total))
  assert.isTrue(made.final)
  assert.deepStrictEqual(made.warnings, [])
  for (const { amount, working } of expected.lines) {
    const rounded = places === undefined ? 1e-9 : 0.5 / 10 ** places + 1e-9
    assert.closeTo(computed(working), Number(amount), rounded, working)
  }
  if (expected.tax === undefined) return
  assert.strictEqual(Number(made.tax).toFixed(6), expected.tax.amount)
  assert.strictEqual(computed(expected.tax.working).toFixed(6), expected.tax.amount)
}

const assertExplained = (made: Bill): void => {
  for (const line of made.lines) {
    const { contributions, rounding } = explain(made, line)
    const amounts = contributions.map((one) => one.amount)
    assert.strictEqual(sumOf([...amounts, rounding]), units(line.amount), placeOf(line))
  }
}

describe("tariffs of several countries", () => {
  it("there are at least 13, each with bills worked out by hand", () => {
    assert.isAtLeast(tariffs.length, 13)
    assert.deepStrictEqual(readdirSync(join(folder, "expected")), tariffs.map(([name]) => name).toSorted())
  })
  it("at least three have a month in which the clock is changed", () => {
    const changed = names.filter((name) =>
      read(`expected/${name}`).cases.some(({ usage }: Case) => usage.from.slice(-6) !== usage.to.slice(-6))
    )
    assert.isAtLeast(changed.length, 3)
  })
})

describe.each(tariffs)("%s", (name, json) => {
  const tariff = Result.getOrThrow(decodeTariff(json))
  it("is checked, marked as an example, and written as it was read", () => {
    assert.deepStrictEqual(check(tariff), [])
    assert.isTrue(tariff.example)
    assert.strictEqual(`${tariff.id}.json`, name)
    assert.deepStrictEqual(JSON.parse(JSON.stringify(tariff)), json)
  })
  it.each(read(`expected/${name}`).cases as ReadonlyArray<Case>)("$name", (one) => {
    const { options, usage } = inputsOf(tariff, one)
    const places = tariff.versions[0].billing.rounding?.line?.places
    let carry: Pick<BillOptions, "carry"> = {}
    for (const expected of one.bills) {
      const made = bill(tariff, usage, expected.period, { ...options, ...carry })
      assertBill(made, expected, places)
      assertExplained(made)
      carry = { carry: made.carry }
    }
  })
})
