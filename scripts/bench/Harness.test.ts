import { assert, describe, it } from "vitest"
import { measure, variant, type Bench } from "./Harness.ts"
import { goalsOf, table, tableOfGoals } from "./Report.ts"

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

  it("warms up as long as a bench asks for and runs only what was chosen, and the limit", async () => {
    const log: Array<string> = []
    const variants = ["Limit", "MQTT in", "HTTP in"].map((name) => logged(log, name, 100))
    const bench: Bench = { name: "x", unit: "things", limit: "Limit", warmUps: 2, variants }
    const rows = await measure(bench, { quick: false, rounds: 1, only: ["http"] })
    assert.deepStrictEqual(
      rows.map(({ values, variant }) => [variant, values]),
      [
        ["Limit", [1000]],
        ["HTTP in", [1000]]
      ]
    )
    const runs = "Limit-1 HTTP in-1 HTTP in0 Limit0 Limit1 HTTP in1"
    assert.strictEqual(log.join(" "), `+Limit +HTTP in ${runs} -HTTP in -Limit`)
  })

  it("tells apart who used the processors, and leaves out goals of what did not run", async () => {
    let round = 0
    const shared = variant({
      name: "a",
      setup: () => undefined,
      run: () => ({ units: 10, elapsed: 10, processors: { server: 10 * ++round, database: 20 } })
    })
    const bench: Bench = {
      name: "x",
      unit: "things",
      variants: [shared],
      checks: [
        { name: "fast", of: ["a"], found: ([row]) => String(row?.value), holds: () => false },
        { name: "ahead", of: ["a", "b"], holds: () => false }
      ]
    }
    const rows = await measure(bench, { quick: true, rounds: 3 })
    assert.deepInclude(rows[0], { cpu: 5, processors: { server: 3, database: 2 } })
    assert.deepStrictEqual(goalsOf(bench, rows), [{ name: "fast", found: "1000", holds: false }])
    assert.match(table(rows), /cpu µs +server +database\n.* 5\.00 +3\.00 +2\.00\n/)
    assert.match(tableOfGoals(goalsOf(bench, rows)), /fast +1000 +NO\n/)
  })
})
