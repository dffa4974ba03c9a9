import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { DeviceReading } from "@wattkit/core"
import { CsvText } from "@wattkit/transport-http"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { assert, describe, it } from "@effect/vitest"
import { afterAll } from "vitest"
import { replayFile } from "../src/cli/replay/replayFile.ts"
import type { Target } from "../src/cli/transfer/Target.ts"
import { never, plain, scratch } from "./fixtures/transfer.ts"

const { folder, remove } = scratch()
afterAll(remove)

const start = Date.UTC(2026, 0, 1)
const minute = 60_000

/** Three devices, one after the other, as a file is exported; an hour of each. */
const readings = ["m0", "m1", "m2"].flatMap((deviceId) =>
  Array.from(
    { length: 61 },
    (_, i) => ({ deviceId, channel: "main", at: start + i * minute, powerW: i }) as DeviceReading
  )
)

const heardBy = () => {
  const heard: Array<DeviceReading> = []
  let sentAt = 0
  const target: Target = {
    name: "test",
    batch: 50,
    writers: 1,
    isByDevice: false,
    append: (batch) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        sentAt = now
        heard.push(...batch)
        return { accepted: batch.length, duplicates: 0, refused: [] }
      }),
    hasDevice: () => Effect.succeed(true),
    createDevice: () => Effect.void
  }
  return { heard, target, lastSentAt: () => sentAt }
}

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const text = `${CsvText.header}\n${CsvText.rows(readings)}`

describe("replay", () => {
  it.effect.each(["plain.csv", "packed.csv.gz"])(
    "plays %s in the order of its instants, ending now",
    (name) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start + 1e9)
        const path = file(name, name.endsWith(".gz") ? gzipSync(text) : text)
        const { heard, lastSentAt, target } = heardBy()
        const options = { path, reading: plain, target, speed: 60, shift: "now", stop: never } as const
        const fiber = yield* Effect.forkChild(replayFile(options))
        const turn = Effect.promise(() => new Promise(setImmediate))
        while (fiber.pollUnsafe() === undefined) yield* Effect.andThen(TestClock.adjust("1 second"), turn)
        const played = yield* Fiber.join(fiber)
        assert.strictEqual(played.accepted, readings.length)
        const instants = heard.map(({ at }) => at)
        assert.deepStrictEqual(
          instants,
          [...instants].sort((a, b) => a - b)
        )
        const devices = heard.slice(0, 3).map(({ deviceId }) => deviceId)
        assert.deepStrictEqual<ReadonlyArray<string>>(devices, ["m0", "m1", "m2"])
        // The last reading is of the moment at which it was sent, the others lie before it.
        const last = heard.at(-1)!
        assert.strictEqual(last.powerW, 60)
        assert.strictEqual(last.at - instants[0]!, 60 * minute)
        assert.isAtMost(last.at, lastSentAt())
        assert.isAtLeast(last.at, lastSentAt() - 1000)
      })
  )

  it.effect("sends a reading only when it is due, and keeps the instants when it is told to", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const path = file("due.csv", text)
      const { heard, target } = heardBy()
      const options = { path, reading: plain, target, speed: 60, shift: "none", stop: never } as const
      const fiber = yield* Effect.forkChild(replayFile(options))
      const turn = Effect.promise(() => new Promise(setImmediate))
      while (heard.length === 0) yield* turn
      for (let second = 1; second <= 10; second++) {
        yield* TestClock.adjust("1 second")
        while (heard.length < 3 * (second + 1)) yield* turn
        assert.strictEqual(heard.length, 3 * (second + 1))
      }
      assert.strictEqual(heard.at(-1)?.at, start + 10 * minute)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("refuses a file in no order at all", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 2000 }, (_, i) => readings[(i * 7919) % 61]!)
      const path = file("mixed.csv", `${CsvText.header}\n${CsvText.rows(rows)}`)
      const { target } = heardBy()
      const options = { path, reading: plain, target, speed: 60, shift: "none", stop: never } as const
      const error = yield* Effect.flip(replayFile(options))
      assert.match(error.message, /in no order/)
    })
  )
})
