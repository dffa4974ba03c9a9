import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { type Bench, variant } from "../../../scripts/bench/Harness.ts"
import { loadWatts, marketPrices, solarWatts } from "../oracle/profiles.ts"
import { bills } from "../src/bill.ts"
import { compare } from "../src/compare.ts"
import { compile } from "../src/compile/compile.ts"
import type { BillOptions } from "../src/contextFor.ts"
import type { Tariff } from "../src/model/Tariff.ts"
import type { Usage } from "../src/usage/Metered.ts"
import { tariffs, twenty } from "./tariffs.ts"

const START = Date.UTC(2025, 11, 31, 23)
const prior = Array.from({ length: 12 }, () => "2")

const usage = (stepsPerHour: number): Usage => ({
  start: START,
  stepMs: 3_600_000 / stepsPerHour,
  importMWh: Float64Array.from(
    loadWatts("residential", stepsPerHour),
    (watts) => (watts * 1000) / stepsPerHour
  ),
  exportMWh: Float64Array.from(solarWatts("pv5", stepsPerHour), (watts) => (watts * 1000) / stepsPerHour)
})

const options: BillOptions = {
  priorPeaksKw: prior,
  series: {
    spot: {
      id: "spot",
      unit: "EUR/kWh",
      start: START,
      stepSeconds: 3600,
      values: marketPrices(31337).map((price) => price / 10_000)
    }
  }
}

/** A year of twelve monthly bills, many times over. */
const year = (name: string, tariff: Tariff, stepsPerHour: number) =>
  variant({
    name,
    setup: () => usage(stepsPerHour),
    run: (given, { quick }) => {
      const latencies: Array<number> = []
      for (let round = 0; round < (quick ? 20 : 200); round++) {
        const started = performance.now()
        if (bills(tariff, given, "2026", options).length !== 12) throw new Error("a year has twelve bills")
        latencies.push(performance.now() - started)
      }
      return { units: latencies.length, latencies }
    }
  })

const limit = "a loop that sums energy × price"

const plainLoop = variant({
  name: limit,
  setup: () => {
    const { importMWh } = usage(1)
    return { energy: importMWh as Float64Array, prices: Float64Array.from(marketPrices(31337)) }
  },
  run: ({ energy, prices }, { quick }) => {
    const latencies: Array<number> = []
    for (let round = 0; round < (quick ? 20 : 200); round++) {
      const started = performance.now()
      let sum = 0
      for (let i = 0; i < energy.length; i++) sum += energy[i]! * prices[i]!
      if (!Number.isFinite(sum)) throw new Error("the sum is not a number")
      latencies.push(performance.now() - started)
    }
    return { units: latencies.length, latencies }
  }
})

const compileYear = variant({
  name: "compile one year",
  setup: () => undefined,
  run: (_, { quick }) => {
    const latencies: Array<number> = []
    for (let round = 0; round < (quick ? 5 : 50); round++) {
      const fresh: Tariff = { ...tariffs.tieredTou }
      const started = performance.now()
      compile(fresh, 2026)
      latencies.push(performance.now() - started)
    }
    return { units: latencies.length, latencies }
  }
})

/** The first bill of a process, with nothing compiled by anybody: what a person waits for. */
const coldBill = variant({
  name: "first bill of a process",
  setup: () => join(import.meta.dirname, "coldBill.ts"),
  run: (file, { quick }) => {
    const latencies = Array.from({ length: quick ? 1 : 5 }, () =>
      Number.parseFloat(execFileSync(process.execPath, [file], { encoding: "utf8" }))
    )
    return { units: latencies.length, latencies, elapsed: latencies.reduce((sum, one) => sum + one, 0) }
  }
})

const compareTwenty = variant({
  name: "compare 20 tariffs, 8,760 h",
  setup: () => usage(1),
  run: (given, { quick }) => {
    const latencies: Array<number> = []
    for (let round = 0; round < (quick ? 5 : 50); round++) {
      const started = performance.now()
      compare([twenty[0]!, ...twenty.slice(1)], given, "2026", options)
      latencies.push(performance.now() - started)
    }
    return { units: latencies.length, latencies }
  }
})

/** Bytes left behind by a bill, in a run without a collection in between. */
const bytesPerBill = (tariff: Tariff): number => {
  const given = usage(1)
  const taken: Array<number> = []
  for (let round = 0; round < 30; round++) {
    const before = process.memoryUsage()
    bills(tariff, given, "2026", options)
    const after = process.memoryUsage()
    const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
    if (bytes > 0) taken.push(bytes / 12)
  }
  return taken.toSorted((a, b) => a - b)[Math.floor(taken.length / 2)] ?? Number.NaN
}

const frugal = (name: keyof typeof tariffs, kibibytes: number) => ({
  name: `${name}: below ${kibibytes} KiB allocated per bill`,
  holds: () => {
    const bytes = bytesPerBill(tariffs[name])
    process.stderr.write(`  ${name}: ${(bytes / 1024).toFixed(1)} KiB allocated per bill\n`)
    return bytes < kibibytes * 1024
  }
})

const within = (name: string, milliseconds: number) => ({
  name: `${name}: median below ${milliseconds} ms`,
  holds: (rows: ReadonlyArray<{ readonly variant: string; readonly p50: number | null }>) =>
    (rows.find((row) => row.variant === name)?.p50 ?? Number.POSITIVE_INFINITY) < milliseconds
})

const hourly = ["flat", "TOU + tiers in time order", "net metering", "demand TOU", "ratchet", "hourly prices"]

/** A year of monthly bills, beside a loop that does nothing but multiply and add. */
export default {
  name: "tariff",
  unit: "years",
  limit,
  variants: [
    plainLoop,
    year("flat, 8,760 h", tariffs.flat, 1),
    year("TOU + tiers in time order, 8,760 h", tariffs.tieredTou, 1),
    year("net metering, 8,760 h", tariffs.netMetering, 1),
    year("demand TOU, 8,760 h", tariffs.demandTou, 1),
    year("ratchet, 8,760 h", tariffs.ratchet, 1),
    year("hourly prices, 8,760 h", tariffs.series, 1),
    year("TOU + tiers in time order, 35,040 quarter hours", tariffs.tieredTou, 4),
    year("demand TOU, 35,040 quarter hours", tariffs.demandTou, 4),
    compileYear,
    coldBill,
    compareTwenty
  ],
  checks: [
    ...hourly.map((name) => within(`${name}, 8,760 h`, 0.5)),
    within("TOU + tiers in time order, 35,040 quarter hours", 2),
    within("demand TOU, 35,040 quarter hours", 2),
    within("compare 20 tariffs, 8,760 h", 10),
    within("first bill of a process", 50),
    ...(["flat", "tieredTou", "netMetering", "demandTou", "ratchet"] as const).map((name) => frugal(name, 64))
  ]
} satisfies Bench
