import { assert, describe, it } from "vitest"
import { measure, variant, type Bench } from "./Harness.ts"

const logged = (log: Array<string>, name: string, elapsed: number) =>
  variant<{ runs: number }>({
    name,
    setup: () => {
      log.push(`+${name}`)
      return { runs: 0 }
    },
    run: (state, { round }) => {
      state.runs++
      log.push(`${name}${round}`)
      return { units: 100, elapsed: round === 0 ? 1 : elapsed, latencies: [1, 2, 3] }
    },
    teardown: () => {
      log.push(`-${name}`)
    }
  })

describe("Harness", () => {
  it("interleaves the variants, rotates their order, and drops the warm-up", async () => {
    const log: Array<string> = []
    const bench: Bench = {
      name: "x",
      unit: "things",
      limit: "a",
      variants: [logged(log, "a", 100), logged(log, "b", 400)]
    }
    const [limit, other] = await measure(bench, { quick: false, rounds: 3 })
    assert.strictEqual(log.join(" "), "+a +b a0 b0 b1 a1 a2 b2 b3 a3 -b -a")
    assert.deepInclude(limit, { variant: "a", unit: "things/s", value: 1000, ratio: 1, p50: 2, p99: 3 })
    assert.deepInclude(other, { variant: "b", value: 250, ratio: 0.25 })
  })

  it("tears down what was set up when a variant fails", async () => {
    const log: Array<string> = []
    const broken = variant({
      name: "broken",
      setup: () => undefined,
      run: () => {
        throw new Error("no")
      }
    })
    const bench: Bench = { name: "x", unit: "things", variants: [logged(log, "a", 100), broken] }
    const failure = await measure(bench, { quick: true }).then(
      () => "it ran",
      (error: Error) => error.message
    )
    assert.strictEqual(failure, "no")
    assert.strictEqual(log.join(" "), "+a a0 -a")
  })

  it("has no ratio without a limit and no percentiles without latencies", async () => {
    const bench: Bench = {
      name: "x",
      unit: "things",
      variants: [variant({ name: "a", setup: () => undefined, run: () => ({ units: 1, elapsed: 1 }) })]
    }
    const [row] = await measure(bench, { quick: true })
    assert.deepInclude(row, { ratio: null, p50: null, p99: null })
  })
})
