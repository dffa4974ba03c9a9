import {
  ApiKeyStore,
  Email,
  Instant,
  LocationId,
  type Membership,
  MembershipStore,
  noSecrets,
  type Scope,
  TenantId,
  UserId,
  UserStore
} from "@wattkit/core"
import { Credentials, type IssuedCredential } from "@wattkit/engine"
import { Effect, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { makeHouse } from "../fixtures/call.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { startMqtt, type TestMqtt } from "../fixtures/mqttServer.ts"
import { connectAll, endingsAfter } from "./connections.ts"

const tenantId = TenantId.make("default")
const [house, barn] = [LocationId.make("house"), LocationId.make("barn")]

let server: TestServer
let mqtt: TestMqtt

beforeAll(async () => {
  server = await startServer(layerMemory)
  await makeHouse(server.call, "house", "meter")
  await makeHouse(server.call, "barn", "heater")
  mqtt = await startMqtt(server)
})

afterAll(async () => {
  await mqtt.close()
  await server.close()
})

const scopes: readonly [Scope, ...ReadonlyArray<Scope>] = ["read", "ingest", "manage"]

const issue = (userId: UserId | null = null): Promise<IssuedCredential> =>
  server.run(
    Credentials.use((credentials) =>
      credentials.issueNamed({ tenantId, name: "lasting", scopes, deviceId: null, userId })
    )
  )

/** A member with a key, who looks after both locations. */
const makeMember = async (name: string) => {
  const userId = UserId.make(`user_${name}`)
  const made = Effect.gen(function* () {
    const createdAt = yield* Instant.now
    const user = {
      id: userId,
      email: Email.make(`${name}@example.com`),
      name,
      createdAt,
      verifiedAt: createdAt,
      disabledAt: null,
      eraseAt: null
    }
    yield* UserStore.use((store) => store.add(user, noSecrets))
    const membership: Membership = {
      tenantId,
      userId,
      role: "facility_manager",
      locations: [house, barn],
      createdAt,
      disabledAt: null
    }
    yield* MembershipStore.use((store) => store.put(membership))
    return membership
  })
  const membership = await server.run(made)
  const change = (over: Partial<Membership>) =>
    server.run(MembershipStore.use((store) => store.put({ ...membership, ...over })))
  return { key: await issue(userId), change }
}

const revoke = ({ id }: IssuedCredential) =>
  server.run(
    Effect.flatMap(Instant.now, (now) => ApiKeyStore.use((store) => store.revoke(tenantId, id, now)))
  )

describe("a connection that lasts", () => {
  it("ends within five seconds when its credential, its person or its locations are taken away", async () => {
    const [revoked, staying] = await Promise.all([issue(), issue()])
    const disabled = await makeMember("disabled")
    const moved = await makeMember("moved")
    const demoted = await makeMember("demoted")
    const given = await makeMember("given")
    const open = ({ secret }: IssuedCredential) => connectAll(server, mqtt, Redacted.value(secret))
    const [a, b, c, d, e, f] = [
      await open(revoked),
      await open(disabled.key),
      await open(moved.key),
      await open(demoted.key),
      await open(staying),
      await open(given.key)
    ]
    const found = await Promise.all([
      endingsAfter(a, () => revoke(revoked)),
      endingsAfter(b, async () => disabled.change({ disabledAt: await server.run(Instant.now) })),
      endingsAfter(c, () => moved.change({ locations: [house] })),
      endingsAfter(d, () => demoted.change({ role: "user" }))
    ])
    assert.deepStrictEqual(found, [
      { live: 4401, tcp: 0x87, socket: 0x87, events: undefined },
      { live: 4401, tcp: 0x87, socket: 0x87, events: undefined },
      { live: 4409, tcp: 0x87, socket: 0x87, events: undefined },
      { live: 4409, tcp: 0x87, socket: 0x87, events: undefined }
    ])
    // Who was left alone, or given more, is still there.
    await given.change({ role: "admin" })
    for (const { end, live } of [e, f]) {
      live.say({ type: "PING", id: "still" })
      assert.deepInclude(await live.until("PONG"), { id: "still" })
      await end()
    }
  }, 20_000)
})
