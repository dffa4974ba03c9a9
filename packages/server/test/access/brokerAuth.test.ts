import {
  ApiKeyStore,
  Email,
  Instant,
  LocationId,
  type Membership,
  MembershipStore,
  noSecrets,
  TenantId,
  UserId,
  UserStore
} from "@wattkit/core"
import { type CredentialDraft, Credentials } from "@wattkit/engine"
import { Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { makeHouse } from "../fixtures/call.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { startMqtt, type TestMqtt } from "../fixtures/mqttServer.ts"

const secret = "a secret of the broker"
const tenantId = TenantId.make("default")
const userId = UserId.make("user_held")
const house = LocationId.make("house")

let server: TestServer
let mqtt: TestMqtt

const member: Membership = {
  tenantId,
  userId,
  role: "facility_manager",
  locations: [house],
  createdAt: Instant.Instant.make(0),
  disabledAt: null
}

const putMember = (over: Partial<Membership> = {}) =>
  server.run(MembershipStore.use((store) => store.put({ ...member, ...over })))

beforeAll(async () => {
  server = await startServer(layerMemory)
  await makeHouse(server.call, "house", "meter")
  await makeHouse(server.call, "barn", "heater")
  const createdAt = Instant.Instant.make(0)
  const user = {
    id: userId,
    email: Email.make("held@example.com"),
    name: "Held",
    createdAt,
    verifiedAt: createdAt,
    disabledAt: null,
    eraseAt: null
  }
  await server.run(UserStore.use((store) => store.add(user, noSecrets)))
  await putMember()
  mqtt = await startMqtt(server, { auth: { secret: Redacted.make(secret), tenantId } })
})

afterAll(async () => {
  await mqtt.close()
  await server.close()
})

const issue = async (over: Partial<CredentialDraft>) => {
  const draft: CredentialDraft = {
    tenantId,
    name: "asked",
    scopes: ["read", "ingest", "manage"],
    deviceId: null,
    ...over
  }
  const { id, secret } = await server.run(Credentials.use((one) => one.issueNamed(draft)))
  return { username: id, password: Redacted.value(secret) }
}

const ask = async (path: string, body: unknown): Promise<boolean> => {
  const response = await fetch(`${mqtt.http}/v1/mqtt/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify(body)
  })
  const said = (await response.json()) as { readonly Ok?: boolean; readonly result?: string }
  return said.Ok ?? said.result === "allow"
}

/** What both kinds of brokers are told: whether to let in, and whether to let publish. */
const answers = async (key: { readonly username: string; readonly password: string }) => {
  const topic = "devices/meter/readings"
  return Promise.all([
    ask("auth", key),
    ask("emqx/auth", key),
    ask("acl", { ...key, topic, acc: 2 }),
    ask("emqx/acl", { ...key, topic, action: "publish" })
  ])
}

const [yes, no] = [
  [true, true, true, true],
  [false, false, false, false]
]

describe("a broker of somebody else's make", () => {
  it("lets in whom we know, as far as they reach and as long as their key lasts", async () => {
    const [expiring, revoked, owned, held, sound] = await Promise.all([
      issue({ expiresAt: Instant.Instant.make(Date.now() + 2_500) }),
      issue({}),
      issue({ userId }),
      issue({ locations: [house] }),
      issue({ expiresAt: Instant.Instant.make(Date.now() + 86_400_000) })
    ])
    const all = [expiring, revoked, owned, held, sound]
    assert.deepStrictEqual(await Promise.all(all.map(answers)), [yes, yes, yes, yes, yes])
    // Who is held to locations publishes for the devices there, and hears nothing.
    for (const key of [owned, held]) {
      const may = (topic: string, acc: number) => ask("acl", { ...key, topic, acc })
      for (const topic of ["devices/heater/readings", "devices/nobody/readings", "tele/a/SENSOR"]) {
        assert.isFalse(await may(topic, 2), topic)
      }
      for (const acc of [1, 3, 4]) assert.isFalse(await may("devices/meter/readings", acc), String(acc))
      assert.isFalse(await may("devices/meter/commands", 2))
    }
    const now = await server.run(Instant.now)
    await server.run(ApiKeyStore.use((store) => store.revoke(tenantId, revoked.username, now)))
    await putMember({ disabledAt: now })
    // What was said of a credential is believed for so long.
    await new Promise((resolve) => setTimeout(resolve, 3_200))
    assert.deepStrictEqual(await Promise.all(all.map(answers)), [no, no, no, yes, yes])
  }, 15_000)
})
