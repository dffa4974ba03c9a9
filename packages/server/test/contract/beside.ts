import { WebSocket } from "ws"
import type { Call } from "../fixtures/call.ts"
import type { TestServer } from "../fixtures/inProcess.ts"

/** Asks a route that stands beside the contract, and answers the status. */
export type Ask = (server: TestServer, secret: string | null) => Promise<number>

/** A route beside the contract: who may do what there, in the order of the matrix, and how it is asked. */
export interface Beside {
  readonly outcomes: string
  readonly ask: Ask
}

const statusOf = async (answer: ReturnType<Call>): Promise<number> => (await answer).status

/** What is open to everybody is asked with whatever credential there is. */
const page =
  (path: string): Ask =>
  ({ call }, key) =>
    statusOf(call("GET", path, { key }))

/** What a broker asks shows a secret that no bearer has; who tries too often is not looked at any more. */
const broker =
  (path: string): Ask =>
  async ({ call }, key) => {
    const status = await statusOf(call("POST", path, { key, body: { username: "u", password: key } }))
    return status === 429 ? 401 : status
  }

/** Clients of others carry the credential where their API has it. */
const foreign =
  (method: string, path: (key: string) => string, body?: unknown, type = "text/plain"): Ask =>
  ({ call }, key) => {
    const said = typeof body === "function" ? (body as (key: string) => unknown)(key ?? "") : body
    return statusOf(
      call(method, path(key ?? ""), {
        key: null,
        ...(said === undefined ? {} : { body: said, headers: { "content-type": type } })
      })
    )
  }

const bearerWrite =
  (path: string): Ask =>
  ({ call }, key) =>
    statusOf(call("POST", path, { key, body: line, headers: { "content-type": "text/plain" } }))

const line = "power,room=kitchen powerW=41 1780308000"

/** Opens a WebSocket and closes it: 200 when it was opened, else the status of the refusal. */
const socket =
  (path: string, protocol: string): Ask =>
  ({ url }, key) =>
    new Promise((resolve, reject) => {
      const headers = key === null ? {} : { authorization: `Bearer ${key}` }
      const opened = new WebSocket(url.replace("http", "ws") + path, [protocol], { headers })
      opened.on("open", () => {
        opened.close()
        resolve(200)
      })
      opened.on("unexpected-response", (_, { statusCode = 0 }) => resolve(statusCode))
      opened.on("error", reject)
    })

/** Begins a stream of events and leaves. */
const events: Ask = async ({ url }, key) => {
  const response = await fetch(`${url}/v1/events`, {
    headers: key === null ? {} : { authorization: `Bearer ${key}` }
  })
  await response.body?.cancel()
  return response.status
}

const known = "401 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx"
const open = "2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx 2xx"
const nobody = "401 401 401 401 401 401 401 401 401 401 401 401"
const reads = "401 2xx 2xx 2xx 2xx 2xx 2xx 2xx 403 2xx 2xx 2xx"
const administers = "401 2xx 403 403 403 403 2xx 403 403 403 403 403"
/** What only people have, who are asked for it themselves. */
const people = "401 2xx 2xx 2xx 2xx 2xx 2xx 403 403 403 403 403"
const filesOfOthers = "401 404 404 404 404 404 404 404 403 404 404 404"
/** A token of a person is too long for a token in a path. */
const writesByPath = "401 404 404 404 404 404 404 403 2xx 2xx 2xx 2xx"
/** What cannot be told whose it is waits as a dead letter of the tenant of the credential. */
const writes = "401 2xx 2xx 2xx 2xx 2xx 2xx 403 2xx 2xx 2xx 2xx"

const emoncms = (path: string): Ask =>
  foreign("GET", (key) => `${path}?node=1&json={power:1}&apikey=${encodeURIComponent(key)}`)
const bulk = (path: string): Ask =>
  foreign(
    "POST",
    (key) => `${path}?apikey=${encodeURIComponent(key)}`,
    "data=[[0,1,100]]&time=1780308000",
    "application/x-www-form-urlencoded"
  )

/** Every route that is taken from the wire and is not in the contract. */
export const beside: Readonly<Record<string, Beside>> = {
  "GET /v1/ws": { outcomes: known, ask: socket("/v1/ws", "wattkit.v1") },
  "GET /v1/events": { outcomes: reads, ask: events },
  /** Who comes is asked by the broker, with MQTT and not with HTTP. */
  "GET /mqtt": { outcomes: open, ask: socket("/mqtt", "mqtt") },
  "POST /v1/mqtt/auth": { outcomes: nobody, ask: broker("/v1/mqtt/auth") },
  "POST /v1/mqtt/superuser": { outcomes: nobody, ask: broker("/v1/mqtt/superuser") },
  "POST /v1/mqtt/acl": { outcomes: nobody, ask: broker("/v1/mqtt/acl") },
  "POST /v1/mqtt/emqx/auth": { outcomes: nobody, ask: broker("/v1/mqtt/emqx/auth") },
  "POST /v1/mqtt/emqx/acl": { outcomes: nobody, ask: broker("/v1/mqtt/emqx/acl") },
  "GET /v1/audit-logs/export": { outcomes: administers, ask: page("/v1/audit-logs/export") },
  "GET /v1/users/me/export": { outcomes: people, ask: page("/v1/users/me/export") },
  /** There is no such job, and a file is for people alone. */
  "GET /v1/jobs/:id/file": { outcomes: filesOfOthers, ask: page("/v1/jobs/job_of_nobody/file") },
  "* /write": {
    outcomes: writes,
    ask: foreign("POST", (key) => `/write?db=x&u=any&p=${key}&precision=s`, line)
  },
  "* /query": { outcomes: open, ask: foreign("POST", () => "/query?q=CREATE%20DATABASE%20x") },
  "* /ping": { outcomes: open, ask: page("/ping") },
  "* /api/v2/write": { outcomes: writes, ask: bearerWrite("/api/v2/write?bucket=b&org=o&precision=s") },
  "* /api/v3/write_lp": { outcomes: writes, ask: bearerWrite("/api/v3/write_lp?db=b&precision=second") },
  "* /input/post": { outcomes: writes, ask: emoncms("/input/post") },
  "* /input/post/:name": { outcomes: writes, ask: emoncms("/input/post/hall") },
  "* /input/post.json": { outcomes: writes, ask: emoncms("/input/post.json") },
  "* /input/post.json/:name": { outcomes: writes, ask: emoncms("/input/post.json/hall") },
  "* /input/bulk": { outcomes: writes, ask: bulk("/input/bulk") },
  "* /input/bulk.json": { outcomes: writes, ask: bulk("/input/bulk.json") },
  "* /emoncms/input/post": { outcomes: writes, ask: emoncms("/emoncms/input/post") },
  "* /emoncms/input/post/:name": { outcomes: writes, ask: emoncms("/emoncms/input/post/hall") },
  "* /emoncms/input/post.json": { outcomes: writes, ask: emoncms("/emoncms/input/post.json") },
  "* /emoncms/input/post.json/:name": { outcomes: writes, ask: emoncms("/emoncms/input/post.json/hall") },
  "* /emoncms/input/bulk": { outcomes: writes, ask: bulk("/emoncms/input/bulk") },
  "* /emoncms/input/bulk.json": { outcomes: writes, ask: bulk("/emoncms/input/bulk.json") },
  "* /api/v1/:token/telemetry": {
    outcomes: writesByPath,
    ask: foreign("POST", (key) => `/api/v1/${key || "nobody"}/telemetry`, { power: 1 }, "application/json")
  },
  "* /api/v1/:token/attributes": {
    outcomes: writesByPath,
    ask: foreign("POST", (key) => `/api/v1/${key || "nobody"}/attributes`, { model: 1 }, "application/json")
  },
  "* /update": { outcomes: writes, ask: foreign("GET", (key) => `/update?api_key=${key}&field1=1`) },
  "* /update.json": {
    outcomes: writes,
    ask: foreign("GET", (key) => `/update.json?api_key=${key}&field1=1`)
  },
  "* /channels/:id/bulk_update.json": {
    outcomes: writes,
    ask: foreign(
      "POST",
      () => "/channels/7/bulk_update.json",
      (key: string) => ({
        write_api_key: key,
        updates: [{ created_at: "2026-06-01T10:00:00Z", field1: 1 }]
      }),
      "application/json"
    )
  },
  "* /channels/:id/bulk_update.csv": {
    outcomes: writes,
    ask: foreign(
      "POST",
      () => "/channels/7/bulk_update.csv",
      (key: string) => `write_api_key=${key}&time_format=absolute&updates=2026-06-01T10:00:00Z,1`,
      "application/x-www-form-urlencoded"
    )
  },
  "GET /openapi.json": { outcomes: open, ask: page("/openapi.json") },
  "GET /asyncapi.json": { outcomes: open, ask: page("/asyncapi.json") },
  "GET /docs": { outcomes: open, ask: page("/docs") },
  "GET /docs/1.js": { outcomes: open, ask: page("/docs/1.js") },
  "GET /docs/2.js": { outcomes: open, ask: page("/docs/2.js") },
  "GET /": { outcomes: open, ask: page("/") },
  /** The files of the dashboard, and nothing else. */
  "GET /*": { outcomes: open, ask: page("/") }
}
