import { Agent, request } from "node:http"
import { LocationId, type Scope, TenantId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { makeHouse } from "../fixtures/call.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"

/** So many requests are on their way, over so many connections, at the same time. */
const atOnce = 64
/**
 * So many requests are made; WATTKIT_TEST_INTERLEAVED=1000000 for as many as are required: ten minutes or so.
 */
const most = Number(process.env["WATTKIT_TEST_INTERLEAVED"] ?? 20_000)
const bearers = 24

interface Bearer {
  readonly key: string
  readonly location: string
}

let server: TestServer
let all: ReadonlyArray<Bearer>
const agent = new Agent({ keepAlive: true, maxSockets: atOnce })

beforeAll(async () => {
  server = await startServer(layerMemory)
  const made: Array<Bearer> = []
  const scopes: readonly [Scope] = ["read"]
  for (let i = 0; i < bearers; i++) {
    const location = `place-${i}`
    await makeHouse(server.call, location, `device-${i}`)
    const locations = [LocationId.make(location)]
    const draft = { tenantId: TenantId.make("default"), name: location, scopes, deviceId: null, locations }
    made.push({
      key: Redacted.value(await server.run(Credentials.use((one) => one.issue(draft)))),
      location
    })
  }
  all = made
})

afterAll(async () => {
  agent.destroy()
  await server.close()
})

interface Said {
  readonly status: number
  readonly requestId: string | undefined
  readonly text: string
}

const get = (path: string, key: string, requestId: string): Promise<Said> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, "x-request-id": requestId }
    const asked = request(server.url + path, { agent, headers }, (response) => {
      let text = ""
      response.setEncoding("utf8")
      response.on("data", (chunk: string) => (text += chunk))
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text,
          requestId: response.headers["x-request-id"] as string
        })
      )
    })
    asked.on("error", reject)
    asked.end()
  })

/** The locations somebody is shown are who they are: everybody has one of their own. */
const shownTo = (text: string): ReadonlyArray<string> =>
  (JSON.parse(text) as { readonly data: ReadonlyArray<{ readonly id: string }> }).data.map(({ id }) => id)

/** What is wrong with one request; undefined when its bearer was known, and nobody else. */
const mixedUp = async (i: number): Promise<string | undefined> => {
  const bearer = all[(i * 7) % all.length]!
  const requestId = `interleaved-${i}`
  if (i % 3 === 2) {
    const other = all[(i * 7 + 1 + (i % (all.length - 1))) % all.length]!
    const said = await get(`/v1/locations/${other.location}`, bearer.key, requestId)
    const expected = other === bearer ? 200 : 404
    if (said.status !== expected) return `${bearer.location} asks for ${other.location}: ${said.status}`
    return said.requestId === requestId ? undefined : `${said.requestId} for ${requestId}`
  }
  const said = await get("/v1/locations?limit=100", bearer.key, requestId)
  if (said.requestId !== requestId) return `${said.requestId} for ${requestId}`
  const shown = said.status === 200 ? shownTo(said.text).join() : String(said.status)
  return shown === bearer.location ? undefined : `${bearer.location} is shown ${shown}`
}

describe("requests that are answered at the same time", () => {
  it(
    `are each in the name of their own bearer, ${most} of them`,
    async () => {
      const wrong: Array<string> = []
      let next = 0
      const work = async (): Promise<void> => {
        while (next < most) {
          const found = await mixedUp(next++)
          if (found !== undefined) wrong.push(found)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      assert.deepStrictEqual(wrong, [])
    },
    60_000 + most * 20
  )
})
