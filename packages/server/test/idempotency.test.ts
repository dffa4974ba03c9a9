import { IdempotencyStore, Instant, LocationStore, StorageError } from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import { request as httpRequest } from "node:http"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { StorageLayer } from "../src/App.ts"
import { limits } from "../src/limits.ts"
import { layerMemory } from "../src/storage/Storage.ts"
import type { CallOptions } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"
import { makeKeptStores } from "./fixtures/keptStores.ts"

const retries = Number(process.env["WATTKIT_TEST_LOST_ANSWERS"] ?? 1_000)

const place = (name = "House") => ({ name, kind: "house", zone: "Europe/Berlin", currency: "EUR" })

const withKey = (key: string, body: unknown = place(), more: CallOptions = {}): CallOptions => ({
  ...more,
  body,
  headers: { "idempotency-key": key, ...more.headers }
})

const countOf = async (server: TestServer): Promise<number> => {
  const { data } = await server.call<ReadonlyArray<unknown>>("GET", "/v1/locations?limit=500")
  return data.length
}

/** Stores whose effects and answers can be made to go wrong. */
const makeFaults = () => {
  const sealed: Array<Uint8Array> = []
  const faults = {
    beforeAdd: Effect.void as Effect.Effect<void, StorageError>,
    afterAdd: Effect.void as Effect.Effect<void>,
    keeping: Effect.void as Effect.Effect<void, StorageError>
  }
  const over = (stores: StorageLayer): StorageLayer =>
    Layer.effectContext(
      Effect.gen(function* () {
        const built = yield* Layer.build(stores)
        const locations = Context.get(built, LocationStore)
        const requests = Context.get(built, IdempotencyStore)
        return built.pipe(
          Context.add(LocationStore, {
            ...locations,
            add: (location) =>
              Effect.suspend(() => faults.beforeAdd).pipe(
                Effect.andThen(locations.add(location)),
                Effect.tap(Effect.suspend(() => faults.afterAdd))
              )
          }),
          Context.add(IdempotencyStore, {
            ...requests,
            keep: (tenantId, id, answer) => {
              sealed.push(answer)
              return Effect.andThen(
                Effect.suspend(() => faults.keeping),
                requests.keep(tenantId, id, answer)
              )
            }
          })
        )
      })
    )
  return { faults, over, sealed }
}

const unavailable = new StorageError({ reason: "unavailable", message: "unplugged" })

describe("a request with an Idempotency-Key", () => {
  let server: TestServer
  const { faults, over, sealed } = makeFaults()

  beforeAll(async () => {
    server = await startServer(over(layerMemory))
  })

  afterAll(() => server.close())

  it("is done once for fifty twins at the same time, and all are answered the same", async () => {
    const before = await countOf(server)
    // The first is not done before the others have come.
    faults.beforeAdd = Effect.sleep("50 millis")
    const twins = await Promise.all(
      Array.from({ length: 50 }, () => server.call("POST", "/v1/locations", withKey("twins")))
    )
    faults.beforeAdd = Effect.void
    assert.deepStrictEqual(new Set(twins.map(({ status }) => status)), new Set([201]))
    assert.strictEqual(new Set(twins.map(({ text }) => text)).size, 1)
    assert.strictEqual(
      twins.filter(({ headers }) => headers.get("idempotent-replayed") === "true").length,
      49
    )
    assert.strictEqual((await countOf(server)) - before, 1)
    const other = await Promise.all(
      Array.from({ length: 5 }, () => server.call("POST", "/v1/locations", { body: place() }))
    )
    assert.strictEqual(new Set(other.map(({ text }) => text)).size, 5)
  })

  it(`is done once when its answer is lost and it is sent ${retries} times more`, async () => {
    const before = await countOf(server)
    const sent = new Promise<void>((resolve) => {
      // The client hangs up after the effect, before the answer.
      faults.afterAdd = Effect.sync(() => {
        lost.destroy()
        resolve()
      }).pipe(Effect.andThen(Effect.sleep("50 millis")))
    })
    const lost = httpRequest(`${server.url}/v1/locations`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.key}`,
        "content-type": "application/json",
        "idempotency-key": "lost"
      }
    })
    lost.on("error", () => {})
    lost.end(JSON.stringify(place()))
    await sent
    faults.afterAdd = Effect.void
    const texts = new Set<string>()
    for (let i = 0; i < retries; i += 10) {
      const some = await Promise.all(
        Array.from({ length: 10 }, () => server.call("POST", "/v1/locations", withKey("lost")))
      )
      for (const { headers, status, text } of some) {
        assert.strictEqual(status, 201, text)
        assert.strictEqual(headers.get("idempotent-replayed"), "true")
        texts.add(text)
      }
    }
    assert.strictEqual(texts.size, 1)
    assert.strictEqual((await countOf(server)) - before, 1)
  })

  it("is refused with 422 when another request came with the key, while it runs and afterwards", async () => {
    faults.beforeAdd = Effect.sleep("100 millis")
    const first = server.call("POST", "/v1/locations", withKey("other"))
    await new Promise((resolve) => setTimeout(resolve, 30))
    const early = await server.call("POST", "/v1/locations", withKey("other", place("Garage")))
    faults.beforeAdd = Effect.void
    assert.deepStrictEqual([early.status, early.code], [422, "UNPROCESSABLE"])
    assert.strictEqual((await first).status, 201)
    const late = await server.call("POST", "/v1/locations", withKey("other", place("Garage")))
    assert.deepStrictEqual([late.status, late.code], [422, "UNPROCESSABLE"])
    const again = await server.call("POST", "/v1/locations", withKey('"other"'))
    assert.strictEqual(again.text, (await first).text, "the key as a structured string is the same key")
  })

  it("gives a refusal of the route again, but not one of the storage", async () => {
    const bad = await server.call("POST", "/v1/locations", withKey("bad", { ...place(), zone: "Mars" }))
    assert.deepStrictEqual([bad.status, bad.headers.get("idempotent-replayed")], [400, null])
    const again = await server.call("POST", "/v1/locations", withKey("bad", { ...place(), zone: "Mars" }))
    assert.deepStrictEqual([again.status, again.text], [400, bad.text])
    assert.strictEqual(again.headers.get("idempotent-replayed"), "true")
    assert.notStrictEqual(again.headers.get("x-request-id"), bad.headers.get("x-request-id"))

    faults.beforeAdd = Effect.fail(unavailable)
    const away = await server.call("POST", "/v1/locations", withKey("away"))
    faults.beforeAdd = Effect.void
    assert.strictEqual(away.status, 503)
    const back = await server.call("POST", "/v1/locations", withKey("away"))
    assert.deepStrictEqual([back.status, back.headers.get("idempotent-replayed")], [201, null])
  })

  it("is never done again when what was answered could not be kept", async () => {
    const before = await countOf(server)
    faults.keeping = Effect.fail(unavailable)
    const first = await server.call("POST", "/v1/locations", withKey("unkept"))
    faults.keeping = Effect.void
    assert.strictEqual(first.status, 201)
    const again = await server.call("POST", "/v1/locations", withKey("unkept"))
    assert.deepStrictEqual(
      [again.status, again.code, again.headers.get("retry-after")],
      [409, "CONFLICT", "1"]
    )
    assert.strictEqual((await countOf(server)) - before, 1)
  })

  it("belongs to its route and its bearer", async () => {
    const [one, other] = [
      await server.call("POST", "/v1/locations", withKey("mine", { ...place(), id: "mine" })),
      await server.call(
        "POST",
        "/v1/locations/mine/devices",
        withKey("mine", { name: "M", role: "load", kind: "plug" })
      )
    ]
    assert.deepStrictEqual([one.status, other.status], [201, 201])
    const stranger = await server.call(
      "POST",
      "/v1/locations",
      withKey("mine", { ...place(), id: "mine" }, { key: String(other.data["credential"]) })
    )
    assert.strictEqual(stranger.status, 403)
    assert.strictEqual(
      (await server.call("POST", "/v1/locations", withKey("mine", place(), { key: null }))).status,
      401
    )
  })

  it("answers the credential of a device again, which nobody can read in the store", async () => {
    const body = { name: "Meter", role: "grid", kind: "grid_meter" }
    const first = await server.call<{ credential: string }>(
      "POST",
      "/v1/locations/mine/devices",
      withKey("secret", body)
    )
    const again = await server.call<{ credential: string }>(
      "POST",
      "/v1/locations/mine/devices",
      withKey("secret", body)
    )
    assert.match(first.data.credential, /^wk_/)
    assert.strictEqual(again.data.credential, first.data.credential)
    assert.isNotEmpty(sealed)
    for (const bytes of sealed) assert.isFalse(Buffer.from(bytes).includes("wk_"))
  })

  it("is refused when the key is none, and means nothing where readings are taken in", async () => {
    const large = await server.call("POST", "/v1/locations", withKey("large", `"${"x".repeat(2_000_000)}"`))
    assert.strictEqual(large.status, 413)
    for (const key of ["", "a b", "x".repeat(256), '""']) {
      const { details, status } = await server.call("POST", "/v1/locations", withKey(key))
      assert.deepStrictEqual([key, status, details[0]?.field], [key, 400, "Idempotency-Key"])
    }
    await server.call("POST", "/v1/locations/mine/devices", {
      body: { id: "plain", name: "Plain", role: "load", kind: "plug" }
    })
    const path = "/v1/devices/plain/energy/readings"
    for (const [powerW, accepted] of [
      [1, 1],
      [2, 0]
    ]) {
      const body = { at: "2026-06-01T00:00:00Z", powerW }
      const { data, headers, status } = await server.call<{ accepted: number }>(
        "POST",
        path,
        withKey("r", body)
      )
      assert.deepStrictEqual(
        [status, data.accepted, headers.get("idempotent-replayed")],
        [200, accepted, null]
      )
    }
    for (const duplicates of [0, 1]) {
      const body = [{ device: "plain", channel: "many", at: "2026-06-01T00:00:00Z", powerW: 1 }]
      const many = await server.call<{ duplicates: number }>("POST", "/v1/readings", withKey("r", body))
      assert.deepStrictEqual([many.status, many.data.duplicates], [200, duplicates], many.text)
      assert.isNull(many.headers.get("idempotent-replayed"))
    }
    const correction = { reason: "typo", readings: [{ at: "2026-06-01T00:00:00Z", powerW: 3 }] }
    const first = await server.call("PUT", path, withKey("r", correction))
    const again = await server.call("PUT", path, withKey("r", correction))
    assert.strictEqual(first.status, 200)
    assert.deepStrictEqual([again.text, again.headers.get("idempotent-replayed")], [first.text, "true"])
  })
})

describe("requests that outlive the server that began them", () => {
  it("are answered by the next one, or refused for good when nobody knows how they ended", async () => {
    const { close, layer } = await makeKeptStores()
    const first = await startServer(layer)
    const done = await first.call("POST", "/v1/locations", withKey("done"))
    const { key } = first
    await first.close()
    const second = await startServer(layer)
    const again = await second.call("POST", "/v1/locations", withKey("done", place(), { key }))
    assert.deepStrictEqual([again.status, again.text], [201, done.text])
    await second.close()
    await close()
  })

  it("are not begun a second time for a day, however long nobody was heard of", async () => {
    const { close, layer } = await makeKeptStores()
    const ago = limits.idempotency.leaseMs + 1_000
    // The process ended between begin and keep, so long ago.
    const older: StorageLayer = Layer.effectContext(
      Effect.map(Layer.build(layer), (built) => {
        const store = Context.get(built, IdempotencyStore)
        return Context.add(built, IdempotencyStore, {
          ...store,
          begin: (tenantId, request) =>
            store.begin(tenantId, { ...request, at: Instant.plus(request.at, -ago) }),
          keep: () => Effect.void
        })
      })
    )
    const first = await startServer(older)
    const { key } = first
    assert.strictEqual((await first.call("POST", "/v1/locations", withKey("gone"))).status, 201)
    await first.close()
    const second = await startServer(layer)
    const again = await second.call("POST", "/v1/locations", withKey("gone", place(), { key }))
    assert.deepStrictEqual(
      [again.status, again.code, again.headers.get("retry-after")],
      [409, "CONFLICT", null]
    )
    assert.strictEqual(
      (await second.call<ReadonlyArray<unknown>>("GET", "/v1/locations", { key })).data.length,
      1
    )
    await second.close()
    await close()
  })
})
