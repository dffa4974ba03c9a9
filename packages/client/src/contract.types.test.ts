import { assert, describe, it } from "vitest"
import { device, success } from "../test/localServer.ts"
import { type Device, type Endpoints, type Reading, routes } from "./contract.gen.ts"
import { createClient } from "./createClient.ts"
import { subscribe } from "./live.ts"
import { createQueue } from "./queue.ts"
import { createSession } from "./session.ts"
import { isWattkitError } from "./WattkitError.ts"
import { verifyWebhook } from "./webhooks.ts"

// What must not compile stands under an expected error: the type check fails when it does compile.

const reading = { at: "2026-01-01T00:00:00Z", powerW: 1 }
const draft = { name: "Home", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const

const answers: { readonly [call: string]: unknown } = {
  "GET /v1/devices/m1": device("m1"),
  "GET /v1/devices/m1/energy/readings/latest": [reading],
  "GET /v1/devices/m1/energy/readings?limit=10&from=2026-01-01T00%3A00%3A00Z": [reading],
  "POST /v1/devices/m1/energy/readings": { accepted: 1, duplicates: 0, rejected: [] },
  "GET /v1/locations": [],
  "POST /v1/locations": { id: "l1", ...draft, createdAt: reading.at }
}

const asked: Array<string> = []

const client = createClient({
  baseUrl: "http://x",
  fetch: async (url, { method }) => {
    const call = `${method} ${url.slice("http://x".length)}`
    asked.push(call)
    return Response.json(success(answers[call]))
  }
})

const rightCalls = async (): Promise<void> => {
  const one: Device = await client.devices.get({ id: "m1" })
  const latest: ReadonlyArray<Reading> = await client.readings.latest({ id: one.id })
  for await (const { at } of client.readings.list({ id: "m1", limit: 10, from: latest[0]?.at })) {
    const text: string = at
    await client.readings.ingest({ id: "m1", body: { at: text, powerW: 1 } }, { timeoutMs: 1000 })
  }
  const { items, nextCursor } = await client.locations.list({ cursor: undefined })
  const found: [ReadonlyArray<{ readonly zone: string }>, string | undefined] = [items, nextCursor]
  const { data, response } = await client.locations.create({ body: draft }).withResponse()
  const made: [string, number] = [data.zone, response.status]
  assert.deepStrictEqual(
    [found, made],
    [
      [[], undefined],
      ["Europe/Berlin", 200]
    ]
  )
}

/** Compiled, never run. */
const wrongCalls = (): void => {
  // @ts-expect-error a path parameter is missing
  void client.devices.get({})
  // @ts-expect-error a path parameter has another name
  void client.devices.get({ deviceId: "m1" })
  // @ts-expect-error a path parameter is no text
  void client.devices.get({ id: 1 })
  // @ts-expect-error a query parameter has another name
  void client.devices.list({ locationId: "l", page: 2 })
  // @ts-expect-error a query parameter is a number
  void client.devices.list({ locationId: "l", limit: "10" })
  // @ts-expect-error there is no such endpoint
  void client.devices.juggle({ id: "m1" })
  // @ts-expect-error there is no such group
  void client.jugglers
  // @ts-expect-error a body is missing
  void client.readings.ingest({ id: "m1" })
  // @ts-expect-error a quantity has another name
  void client.readings.ingest({ id: "m1", body: { at: reading.at, watts: 1 } })
  // @ts-expect-error a kind that does not exist
  void client.locations.create({ body: { ...draft, kind: "castle" } })
  // @ts-expect-error options are not parameters
  void client.live.ticket({ signal: AbortSignal.abort() })
  // @ts-expect-error one device is no list
  for (const one of client.devices.get({ id: "m1" })) void one
  // @ts-expect-error a device has no such field
  void client.devices.get({ id: "m1" }).then((one) => one.tenantId)
  // @ts-expect-error an option has another name
  void client.devices.get({ id: "m1" }, { timeout: 5 })
  // @ts-expect-error a source of tokens gives texts
  createClient({ baseUrl: "http://x", auth: { getToken: () => 5 } })
  // @ts-expect-error one device has no pages
  void client.devices.get({ id: "m1" }).page()
  // @ts-expect-error there is no such code
  isWattkitError(reading, "NOT_FOUNT")
  // @ts-expect-error a reading in the queue names its device
  void createQueue(client, { storage: new Map() }).add(reading)
  // @ts-expect-error a storage keeps texts
  createQueue(client, { storage: new Map<string, number>() })
  const queue = createQueue(client, { storage: new Map() })
  void queue.call("readings.correct", { id: "m1", body: { reason: "late", readings: [reading] } })
  // @ts-expect-error a call in the queue has another name
  void queue.call("readings.corect", { id: "m1", body: { reason: "late" } })
  // @ts-expect-error a call in the queue takes what the call takes
  void queue.call("readings.correct", { id: "m1", body: { why: "late" } })
  // @ts-expect-error what only reads cannot wait
  void queue.call("devices.get", { id: "m1" })
  // @ts-expect-error what the server would do twice cannot wait
  void queue.call("readings.strikeOut", { id: "m1", from: reading.at, to: reading.at, reason: "late" })
  const session = createSession({ baseUrl: "http://x" })
  // @ts-expect-error a sign-in needs a password
  void session.login({ email: "ada@example.com" })
  // @ts-expect-error not every sign-in asks for a code
  void session.login({ email: "ada@example.com", password: "" }).then(({ confirm }) => confirm("123456"))
  // @ts-expect-error a webhook is verified with a secret
  void verifyWebhook({ payload: "", headers: {} })
  // @ts-expect-error a filter has another name
  void subscribe(client, { locationId: "l1" })
}

type Routes = typeof routes

/** The lists of the contract that the types do not let loop over; `none` when there is none. */
type Unloopable =
  | "none"
  | {
      [G in keyof Routes]: {
        [N in keyof Routes[G] & keyof Endpoints[G] & string]: Routes[G][N] extends `${string} pages${string}`
          ? Endpoints[G][N] extends (...params: never) => AsyncIterable<unknown>
            ? never
            : `${G}.${N}`
          : never
      }[keyof Routes[G] & keyof Endpoints[G] & string]
    }[keyof Routes]

describe("the types", () => {
  it("fit the calls that are right, and the calls reach their endpoints", async () => {
    await rightCalls()
    assert.deepStrictEqual(asked, Object.keys(answers))
    assert.isFunction(wrongCalls)
  })

  it("let every list be looped over, through all of its pages", async () => {
    // Were there another, its name would be a type that this is not.
    const none: Unloopable extends "none" ? true : Unloopable = true
    const entries = Object.entries(routes).flatMap(([group, calls]) =>
      Object.entries(calls).map(([name, entry]: [string, string]) => ({ group, name, entry }))
    )
    const lists = entries.filter(({ entry }) => / pages\b/.test(entry))
    assert.deepStrictEqual([lists.length > 5, none], [true, true])
    for (const { entry, group, name } of lists) {
      const cursors: Array<string | null> = []
      const paging = createClient({
        baseUrl: "http://x",
        fetch: async (url) => {
          const cursor = new URL(url).searchParams.get("cursor")
          cursors.push(cursor)
          return Response.json(
            success([{ n: cursors.length }], cursor === "c2" ? {} : { nextCursor: `c${cursors.length}` })
          )
        }
      })
      const list = Reflect.get(Reflect.get(paging, group), name) as (params: object) => AsyncIterable<unknown>
      const params = Object.fromEntries([...entry.matchAll(/\{(\w+)\}/g)].map(([, param]) => [param, "x"]))
      const found: Array<unknown> = []
      for await (const one of list(params)) found.push(one)
      assert.deepStrictEqual(found, [{ n: 1 }, { n: 2 }, { n: 3 }], `${group}.${name}`)
      assert.deepStrictEqual(cursors, [null, "c1", "c2"])
    }
  })
})
