import { readFileSync } from "node:fs"
import { join } from "node:path"
import { usualRetention } from "@wattkit/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { load, type Setting, settings } from "./config.ts"
import { packageRoot } from "./packageRoot.ts"

describe("settings", () => {
  it("stand in the README as they are here", () => {
    const readme = readFileSync(join(packageRoot, "README.md"), "utf8")
    for (const setting of Object.values<Setting>(settings)) {
      const { flag, name, purpose, standard } = setting
      const cell = (text: string | undefined) => (text === undefined || text === "" ? " " : ` \`${text}\` `)
      assert.include(readme, `| \`${name}\` |${cell(flag)}|${cell(standard)}| ${purpose} |`)
    }
  })

  it.effect("are what the flags say, and otherwise what everybody starts with", () =>
    Effect.gen(function* () {
      const config = yield* load({ port: 1234, dataDir: "/somewhere" })
      assert.strictEqual(config.port, 1234)
      assert.strictEqual(config.dataDir, "/somewhere")
      assert.strictEqual(config.host, settings.host.standard)
      assert.deepStrictEqual(config.corsOrigins, [])
      assert.deepStrictEqual(config.retention, usualRetention)
      assert.strictEqual(config.offlineAfterMinutes, 15)
    })
  )

  const withEnvironment = (env: Readonly<Record<string, string>>) =>
    Effect.acquireUseRelease(
      Effect.sync(() => Object.assign(process.env, env)),
      () => load(),
      () => Effect.sync(() => Object.keys(env).forEach((name) => delete process.env[name]))
    )

  it.effect("keep usage at least as long as the readings it comes from", () =>
    Effect.gen(function* () {
      const longer = yield* withEnvironment({ WATTKIT_KEEP_READINGS_DAYS: "3000" })
      assert.deepStrictEqual(longer.retention, {
        ...usualRetention,
        readingDays: 3000,
        quarterHourDays: 3000,
        hourDays: 3000,
        dayDays: 3000
      })
      const shorter = yield* withEnvironment({
        WATTKIT_KEEP_READINGS_DAYS: "7",
        WATTKIT_KEEP_QUARTER_HOURS_DAYS: "30"
      })
      assert.deepStrictEqual(shorter.retention, { ...usualRetention, readingDays: 7, quarterHourDays: 30 })
      const records = yield* withEnvironment({
        WATTKIT_KEEP_DEAD_LETTERS_DAYS: "5",
        WATTKIT_KEEP_SETTLED_DAYS: "6"
      })
      assert.deepStrictEqual(records.retention, { ...usualRetention, deadLetterDays: 5, settledDays: 6 })
    })
  )

  it.effect("use TimescaleDB where it is, unless told otherwise", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* load()).storage, "auto")
      const plain = yield* withEnvironment({ WATTKIT_STORAGE: "postgres" })
      assert.strictEqual(plain.storage, "postgres")
      const { message } = yield* Effect.flip(withEnvironment({ WATTKIT_STORAGE: "mysql" }))
      assert.include(message, 'WATTKIT_STORAGE is "mysql", but must be auto, postgres or timescale')
    })
  )

  it.effect.each([
    ["WATTKIT_KEEP_READINGS_DAYS", "0"],
    ["WATTKIT_KEEP_READINGS_DAYS", "a week"],
    ["WATTKIT_KEEP_READINGS_DAYS", "1.5"],
    ["WATTKIT_KEEP_READINGS_DAYS", "18251"],
    ["WATTKIT_KEEP_QUARTER_HOURS_DAYS", "89"],
    ["WATTKIT_KEEP_HOURS_DAYS", "-1"],
    ["WATTKIT_KEEP_DAYS_DAYS", "1e3"],
    ["WATTKIT_KEEP_DEAD_LETTERS_DAYS", "0"],
    ["WATTKIT_KEEP_SETTLED_DAYS", "ever"],
    ["WATTKIT_JOBS_AT_ONCE", "-1"],
    ["WATTKIT_JOBS_POLL_SECONDS", "0"],
    ["WATTKIT_OFFLINE_AFTER_MINUTES", "0"]
  ] as const)("refuse %s of %s in a sentence", ([name, value]) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(withEnvironment({ [name]: value }))
      assert.include(message, `${name} is "${value}", but must be a whole number from`)
    })
  )
})
