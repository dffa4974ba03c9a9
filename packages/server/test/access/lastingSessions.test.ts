import {
  Email,
  Instant,
  LocationId,
  MembershipStore,
  noSecrets,
  PasswordHasher,
  TenantId,
  UserId,
  UserStore
} from "@wattkit/core"
import { Effect, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Hasher from "../../src/identity/passwordHasher/passwordHasher.ts"
import { makeHouse } from "../fixtures/call.ts"
import { startMqtt, type TestMqtt } from "../fixtures/mqttServer.ts"
import { type Door, type Held, openDoor, password, secretIn } from "../identity/house.fixture.ts"
import { atMostMs, type Connected, connectAll, endingsAfter } from "./connections.ts"

const tenantId = TenantId.make("default")
const house = LocationId.make("house")
const next = "Battery-Staple-9"

/** The longest an access token is still believed over HTTP. */
const believedMs = 1_000

let door: Door
let mqtt: TestMqtt
let passwordHash: string

beforeAll(async () => {
  door = await openDoor()
  await makeHouse(door.call, "house", "meter")
  mqtt = await startMqtt(door)
  passwordHash = await Effect.runPromise(
    PasswordHasher.use(({ hash }) => hash(Redacted.make(password))).pipe(
      Effect.provide(Hasher.layer),
      Effect.scoped
    )
  )
})

afterAll(async () => {
  await mqtt.close()
  await door.close()
})

const idOf = (name: string) => UserId.make(`user_${name}`)
const emailOf = (name: string) => Email.make(`${name}@example.com`)

/** Makes somebody who looks after the house. */
const join = (name: string): Promise<void> =>
  door.run(
    Effect.gen(function* () {
      const createdAt = yield* Instant.now
      const user = { id: idOf(name), email: emailOf(name), name, createdAt }
      const state = { verifiedAt: createdAt, disabledAt: null, eraseAt: null }
      yield* UserStore.use((store) => store.add({ ...user, ...state }, { ...noSecrets, passwordHash }))
      const what = { role: "facility_manager", locations: [house], createdAt, disabledAt: null } as const
      yield* MembershipStore.use((store) => store.put({ tenantId, userId: idOf(name), ...what }))
    })
  )

interface Person {
  readonly name: string
  /** The session that connects, and another one of the same person. */
  readonly held: Held
  readonly other: Held
}

const signInTwice = async (name: string): Promise<Person> => {
  await join(name)
  return { name, held: await door.signIn(emailOf(name)), other: await door.signIn(emailOf(name)) }
}

const done = async (answer: Promise<{ readonly status: number; readonly text: string }>): Promise<void> => {
  const { status, text } = await answer
  assert.include([200, 202], status, text)
}

const sessionOf = async (held: Held): Promise<string> => {
  const { data } = await door.as(held)<ReadonlyArray<{ id: string; isThis: boolean }>>("GET", "/v1/sessions")
  return data.find(({ isThis }) => isThis)!.id
}

const shut = ({ name }: Person) =>
  door.run(
    Effect.gen(function* () {
      const store = yield* UserStore
      const disabledAt = yield* Instant.now
      assert.isTrue(yield* store.replace(yield* store.get(idOf(name)), { user: { disabledAt } }))
    })
  )

const reset = async ({ name }: Person): Promise<void> => {
  const secret = secretIn(await door.mailTo(emailOf(name)))
  await done(door.call("POST", "/v1/auth/reset-password", { key: null, body: { secret, password: next } }))
}

const asAdmin = (method: string, path: string, body?: unknown) => done(door.call(method, path, { body }))

interface Case {
  readonly name: string
  /** What is done before anything is timed. */
  readonly prepare?: (person: Person) => Promise<unknown>
  readonly end: (person: Person, sessionId: string) => Promise<unknown>
  /** Whether the other session of the person ends as well. */
  readonly isForAll: boolean
}

const cases: ReadonlyArray<Case> = [
  { name: "disabled", isForAll: true, end: shut },
  {
    name: "kept-out",
    isForAll: true,
    end: ({ name }) =>
      asAdmin("PUT", `/v1/users/${idOf(name)}`, {
        role: "facility_manager",
        locations: [house],
        isDisabled: true
      })
  },
  { name: "removed", isForAll: true, end: ({ name }) => asAdmin("DELETE", `/v1/users/${idOf(name)}`) },
  {
    name: "signed-out",
    isForAll: true,
    end: ({ name }) => asAdmin("DELETE", `/v1/users/${idOf(name)}/sessions`)
  },
  {
    name: "revoked",
    isForAll: false,
    end: ({ other }, id) => done(door.as(other)("DELETE", `/v1/sessions/${id}`))
  },
  { name: "left", isForAll: false, end: ({ held }) => done(door.as(held)("POST", "/v1/auth/logout")) },
  {
    name: "changed",
    isForAll: false,
    end: ({ other }) =>
      done(door.as(other)("PUT", "/v1/users/me/password", { body: { current: password, next } }))
  },
  {
    name: "reset",
    isForAll: true,
    prepare: ({ name }) =>
      done(door.call("POST", "/v1/auth/forgot-password", { key: null, body: { email: emailOf(name) } })).then(
        () => door.mailTo(emailOf(name))
      ),
    end: reset
  }
]

const statusFor = async (held: Held): Promise<number> =>
  (await door.as(held)("GET", "/v1/locations/house")).status

/** How a token is answered until it is not believed any more, asked all the time, and once more then. */
const answersOver = async (held: Held): Promise<ReadonlyArray<number>> => {
  const since = performance.now()
  while (performance.now() - since <= believedMs) {
    await statusFor(held)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const refreshed = await door.call("POST", "/v1/auth/refresh", {
    key: null,
    body: { refreshToken: held.refreshToken }
  })
  return [await statusFor(held), refreshed.status]
}

/** What becomes of somebody's tokens and connections when their session ends. */
const examine = async (one: Case, person: Person, connected: Connected) => {
  const { held, other } = person
  const sessionId = await sessionOf(held)
  assert.deepStrictEqual([await statusFor(held), await statusFor(other)], [200, 200], one.name)
  let http: ReadonlyArray<number> = []
  const endings = await endingsAfter(connected, async () => {
    await one.end(person, sessionId)
    http = await answersOver(held)
  })
  return { name: one.name, ...endings, http, other: await statusFor(other) }
}

describe("a connection of somebody who is signed in", () => {
  it(
    "ends within five seconds of their session, and their token within one",
    async () => {
      const all: Array<readonly [Case, Person, Connected]> = []
      const staying = await signInTwice("staying")
      const still = await connectAll(door, mqtt, staying.held.accessToken)
      for (const one of cases) {
        const person = await signInTwice(one.name)
        await one.prepare?.(person)
        all.push([one, person, await connectAll(door, mqtt, person.held.accessToken)])
      }
      const found = await Promise.all(all.map((each) => examine(...each)))
      assert.deepStrictEqual(
        found,
        cases.map(({ isForAll, name }) => {
          const other = isForAll ? 401 : 200
          return { name, live: 4401, tcp: 0x87, socket: 0x87, events: undefined, http: [401, 401], other }
        })
      )
      // Who was left alone is still there.
      still.live.say({ type: "PING", id: "still" })
      assert.deepInclude(await still.live.until("PONG"), { id: "still" })
      assert.strictEqual(await statusFor(staying.held), 200)
      await still.end()
    },
    atMostMs + 55_000
  )
})
