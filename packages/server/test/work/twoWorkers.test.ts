import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Database, startDatabase } from "../fixtures/ordeal/Database.ts"
import { addJobs, addTenant, list, open, openStores } from "./place.ts"

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database?.close())

const until = async (isIt: () => Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 60_000; !(await isIt()); await setTimeout(20)) {
    if (performance.now() > end) throw new Error("it never came")
  }
}

/** Lets a process of its own begin jobs, and kills it in the midst of so many. */
const beginAndKill = async (url: string, many: number): Promise<ReadonlyArray<number>> => {
  const script = fileURLToPath(import.meta.resolve("./hangingWorker.ts"))
  const child = spawn(process.execPath, [script, url], { stdio: ["ignore", "pipe", "inherit"] })
  const begun: Array<number> = []
  for await (const line of createInterface({ input: child.stdout })) {
    begun.push(Number(line))
    if (begun.length === many) break
  }
  const ended = once(child, "exit")
  child.kill("SIGKILL")
  await ended
  return begun
}

describe("two workers on PostgreSQL", () => {
  it("do each job once, and both have some", async () => {
    const times = new Map<number, number>()
    const shares = [0, 0]
    const doing = (who: number) => (n: number) =>
      Effect.delay(
        Effect.sync(() => {
          times.set(n, (times.get(n) ?? 0) + 1)
          shares[who]!++
        }),
        "2 millis"
      )
    const one = await open(database.url, doing(0))
    const other = await open(database.url, doing(1))
    try {
      await one.run(addTenant)
      await one.run(addJobs(0, 200))
      await until(async () => (await one.run(list(500, "succeeded"))).length === 200)
      assert.strictEqual(times.size, 200)
      assert.isTrue([...times.values()].every((often) => often === 1))
      assert.isTrue(shares.every((share) => share > 0))
      const all = await one.run(list(500))
      assert.isTrue(all.every(({ attempts, result }) => attempts === 1 && typeof result === "number"))
    } finally {
      await one.close()
      await other.close()
    }
  })

  it("lose nothing of one that is killed in the midst of its jobs", async () => {
    // Submitted by somebody who runs none.
    const office = await openStores(database.url)
    await office.run(addJobs(1_000, 12))
    const begun = await beginAndKill(database.url, 4)
    assert.strictEqual(new Set(begun).size, 4)
    const left = await office.run(list(12, "running"))
    assert.strictEqual(left.length, 4)
    const done = new Set<number>()
    const place = await open(database.url, (n) => Effect.sync(() => void done.add(n)))
    try {
      await until(async () => (await office.run(list(500, "succeeded"))).length === 212)
      assert.strictEqual(done.size, 12)
      const attempts = (await office.run(list(12))).map((job) => job.attempts)
      assert.deepStrictEqual(attempts.toSorted(), [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2])
    } finally {
      await place.close()
      await office.close()
    }
  })
})
