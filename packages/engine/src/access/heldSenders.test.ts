import { assert, describe, it } from "@effect/vitest"
import { DeadLetterStore, DeviceStatusStore, Instant, Memory, ReadingStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { now, over, principal } from "../house.fixture.ts"
import { formats, messageOf } from "../messages/formats.fixture.ts"
import { Formats } from "../messages/Formats.ts"
import { Messages } from "../messages/Messages.ts"
import { seedWorld, targets } from "./world.fixture.ts"

const layer = over(Memory.layer).pipe(Layer.provide(Layer.succeed(Formats, formats)))

const { "its own": own, "one of another location": other } = targets
const held = principal({ locations: [own.locationId] })

const send = (topic: string, body: unknown, who = held) =>
  Messages.use(({ receive }) => receive(who, messageOf(topic, body, now)))

const says = (powerW: number) => ({ says: [{ quantities: { powerW } }] })

const letters = DeadLetterStore.use((store) => store.list(own.tenantId, { limit: 100, waiting: true }))

const latestPower = (id: typeof own.deviceId) =>
  ReadingStore.use((store) =>
    Effect.map(store.latest(own.tenantId, [id]), (found) => found.map(({ powerW }) => powerW))
  )

describe("a program that is held to locations", () => {
  it.effect("leaves nothing behind that somebody else's replay would store elsewhere", () =>
    Effect.gen(function* () {
      yield* seedWorld
      const before = (yield* letters).length
      const reading = { at: "2026-06-01T09:59:00Z", powerW: 1 }
      for (const device of [other.deviceId, "nobody"]) {
        const error = yield* Effect.flip(send(`devices/${device}/readings`, reading))
        assert.strictEqual(error._tag, "NotFound")
        for (const broken of ["{", "neither"]) {
          const topic = `devices/${device}/${broken === "{" ? "readings" : "status"}`
          assert.strictEqual((yield* Effect.flip(send(topic, broken)))._tag, "NotFound")
        }
      }
      const bound = yield* Effect.flip(send(`plain/${other.deviceId}`, says(1)))
      assert.strictEqual(bound._tag, "Forbidden")
      assert.notInclude(bound.message, "there is no device")
      // Nor does it tell devices what to do, whose topics nobody reads.
      const command = yield* Effect.flip(send(`shellies/${other.deviceId}/relay/0/command`, "off"))
      assert.strictEqual(command._tag, "Forbidden")
      assert.strictEqual((yield* letters).length, before)
    }).pipe(Effect.provide(layer))
  )

  it.effect("is told of what it may not say after everything else was stored", () =>
    Effect.gen(function* () {
      yield* seedWorld
      yield* Messages.use(({ bind }) =>
        bind(principal(), { format: "plain", subject: "zz", deviceId: own.deviceId })
      )
      const body = {
        says: [
          { subject: other.deviceId, quantities: { powerW: 5 } },
          { subject: "zz", quantities: { powerW: 6 } }
        ]
      }
      assert.strictEqual((yield* Effect.flip(send("plain/many", body)))._tag, "Forbidden")
      assert.deepStrictEqual(yield* latestPower(own.deviceId), [6])
      assert.deepStrictEqual(yield* latestPower(other.deviceId), [100])
    }).pipe(Effect.provide(layer))
  )

  it.effect("sees of what was heard what is bound to its devices", () =>
    Effect.gen(function* () {
      yield* seedWorld
      for (const subject of [own.deviceId, other.deviceId, "unbound"]) {
        yield* send(`plain/${subject}`, says(1), principal())
      }
      const seenBy = (who: typeof held) =>
        Messages.use(({ seen }) => Effect.map(seen(who), (found) => found.map(({ subject }) => subject)))
      assert.deepStrictEqual(yield* seenBy(held), [own.deviceId])
      assert.deepStrictEqual(yield* seenBy(principal()), [own.deviceId, other.deviceId, "unbound"])
    }).pipe(Effect.provide(layer))
  )

  it.effect("reports no status of another location's device", () =>
    Effect.gen(function* () {
      yield* seedWorld
      const online = yield* Effect.flip(send(`devices/${other.deviceId}/status`, "online"))
      assert.strictEqual(online._tag, "NotFound")
      // What a format says of it is heard by nobody.
      assert.strictEqual((yield* send(`plain/${other.deviceId}`, { online: true })).kept, 0)
      const statuses = yield* DeviceStatusStore
      const soon = { start: now, end: Instant.plus(now, 1_000) }
      assert.deepStrictEqual(yield* statuses.history(own.tenantId, other.deviceId, soon), [])
      yield* send(`plain/${own.deviceId}`, { online: true })
      assert.lengthOf(yield* statuses.history(own.tenantId, own.deviceId, soon), 1)
    }).pipe(Effect.provide(layer))
  )
})
