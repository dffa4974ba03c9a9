import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { makeHouse } from "./fixtures/call.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"

const at = "2026-06-01T10:00:00Z"
const reason = "because"
const sound = { at, powerW: 1 }
const readings = "/v1/devices/meter/energy/readings"
const rules = "/v1/devices/meter/channels/main/rules"
const release = "/v1/quarantine/release"
const drop = "/v1/quarantine/drop"
const day = "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z"

/** A request that is answered with 400, and the field that is named, unless a status says otherwise. */
interface Case {
  readonly what: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly status?: number
  readonly field?: string
}

const put = (what: string, body: unknown, field?: string): Case => ({
  what: `a correction with ${what}`,
  method: "PUT",
  path: readings,
  body,
  ...(field === undefined ? {} : { field })
})

const putRules = (what: string, body: unknown, field?: string): Case => ({
  what: `rules with ${what}`,
  method: "PUT",
  path: rules,
  body,
  ...(field === undefined ? {} : { field })
})

const post = (path: string, what: string, body: unknown, field?: string): Case => ({
  what: `${path} with ${what}`,
  method: "POST",
  path,
  body,
  ...(field === undefined ? {} : { field })
})

const get = (path: string, field: string): Case => ({ what: path, method: "GET", path, field })

const cases: ReadonlyArray<Case> = [
  put("nothing in it", { reason }, ""),
  put("no reason", { readings: [sound] }, "reason"),
  put("an empty reason", { reason: "", readings: [sound] }, "reason"),
  put("a reason of two lines", { reason: "a\nb", readings: [sound] }, "reason"),
  put("NUL in its reason", { reason: "a\u0000b", readings: [sound] }, "reason"),
  put(
    "half a surrogate pair in its reason",
    `{"reason":"\\ud800","readings":[${JSON.stringify(sound)}]}`,
    "reason"
  ),
  put("a reason without end", { reason: "x".repeat(501), readings: [sound] }, "reason"),
  put("a quantity as text", { reason, readings: [{ at, powerW: "1" }] }, "readings[0].powerW"),
  put("a typo", { reason, readings: [{ at, powerW: 1, importwh: 1 }] }, "readings[0].importwh"),
  put("no quantity", { reason, readings: [{ at }] }, "readings[0]"),
  put("an instant without offset", { reason, strikeOut: [{ at: "2026-06-01T10:00:00" }] }, "strikeOut[0].at"),
  put("a channel that is none", { reason, strikeOut: [{ at, channel: "a b" }] }, "strikeOut[0].channel"),
  put("a decision of tomorrow", { reason, madeAt: "2099-01-01T00:00:00Z", readings: [sound] }, "madeAt"),
  put(
    "more readings than a request may have",
    { reason, readings: Array.from({ length: 1_001 }, () => sound) },
    "readings"
  ),
  put("no object", [sound], ""),
  put("null", "null", ""),
  put("broken JSON", '{"reason":'),
  put("NaN", `{"reason":"x","readings":[{"at":"${at}","powerW":NaN}]}`),
  put("a number too large", `{"reason":"x","readings":[{"at":"${at}","powerW":1e400}]}`),
  put("__proto__", `{"reason":"x","readings":[],"__proto__":{"strikeOut":[1]}}`),
  { ...put("a form", "reason=x"), headers: { "content-type": "text/plain" }, status: 415 },
  { ...put("two megabytes", `{"reason":"${"x".repeat(2_000_000)}"}`), status: 413 },
  {
    ...put("nobody's device", { reason, readings: [sound] }),
    path: "/v1/devices/nobody/energy/readings",
    status: 404
  },

  { what: "striking out without a reason", method: "DELETE", path: `${readings}?${day}`, field: "reason" },
  { what: "striking out everything", method: "DELETE", path: `${readings}?reason=x`, field: "from" },
  {
    what: "striking out without an end",
    method: "DELETE",
    path: `${readings}?reason=x&from=${at}`,
    field: "to"
  },
  {
    what: "striking out backwards",
    method: "DELETE",
    path: `${readings}?reason=x&from=${at}&to=2026-01-01T00:00:00Z`,
    field: "to"
  },

  get(`${readings}/revisions`, "at"),
  get(`${readings}/revisions?at=${at}&channel=a%00b`, "channel"),
  get("/v1/devices/meter/energy/usage?resolution=1s", "resolution"),
  get("/v1/devices/meter/energy/usage?period=fortnight", "period"),
  get(`/v1/devices/meter/energy/usage?period=today&${day}`, "period"),
  get("/v1/devices/meter/energy/usage?period=custom", "from"),
  get(`/v1/devices/meter/energy/usage?to=${at}`, "from"),
  get(`/v1/devices/meter/energy/usage?from=${at}&to=2026-01-01T00:00:00Z`, "to"),
  get("/v1/devices/meter/energy/usage?from=2099-01-01T00:00:00Z", "from"),
  get("/v1/devices/meter/energy/usage?exact=perhaps", "exact"),
  get("/v1/devices/meter/energy/usage?limit=0", "limit"),
  get("/v1/devices/meter/energy/usage?cursor=bm9uc2Vuc2U", "cursor"),
  get(
    `/v1/devices/meter/energy/usage?cursor=${Buffer.from("meter/main/1/2").toString("base64url")}`,
    "cursor"
  ),
  get("/v1/locations/house/energy/consumption?groupBy=kind", "groupBy"),
  get("/v1/locations/house/energy/consumption?role=roof", "role"),
  get("/v1/locations/house/energy/consumption?resolution=15m&from=2020-01-01T00:00:00Z", "resolution"),
  get("/v1/locations/house/energy/consumption?cursor=bm9uc2Vuc2U", "cursor"),
  get("/v1/locations/house/energy/heatmap?from=2020-01-01T00:00:00Z", "resolution"),
  { ...get("/v1/locations/nowhere/energy/consumption", ""), status: 404 },
  { ...get("/v1/devices/nobody/energy/usage", ""), status: 404 },
  { ...get("/v1/devices/nobody/energy/usage/events", ""), status: 404 },
  { ...get("/v1/devices/nobody/channels/main/rules", ""), status: 404 },
  { ...get("/v1/devices/nobody/clock", ""), status: 404 },
  { ...get(`/v1/devices/nobody/energy/readings/revisions?at=${at}`, ""), status: 404 },
  get("/v1/devices/a%20b/energy/usage", "id"),
  get("/v1/devices/meter/status-history?from=yesterday", "from"),
  get("/v1/devices/meter/status-history?from=2099-01-01T00:00:00Z", "to"),
  { ...get("/v1/devices/nobody/status-history", ""), status: 404 },

  putRules("a basis nobody knows", { basis: "guess" }, "basis"),
  putRules("a modulus of nothing", { modulusWh: 0 }, "modulusWh"),
  putRules("a negative power", { maxPowerW: -1 }, "maxPowerW"),
  putRules("a gap of a year", { maxGapMs: 31_536_000_000 }, "maxGapMs"),
  putRules("a gap of half a millisecond", { maxGapMs: 0.5 }, "maxGapMs"),
  putRules("an exchange at no time", { exchanges: [{ finalImportWh: 1 }] }, "exchanges[0].at"),
  putRules(
    "a register below nothing",
    { exchanges: [{ at, startImportWh: -1 }] },
    "exchanges[0].startImportWh"
  ),
  putRules("an odd confirmation", { confirmations: [{ at, as: "perhaps" }] }, "confirmations[0].as"),
  putRules("a typo", { modulusWH: 1 }, "modulusWH"),
  putRules(
    "too many confirmations",
    { confirmations: Array.from({ length: 1_001 }, () => ({ at, as: "reset" })) },
    "confirmations"
  ),
  { ...putRules("nobody's device", {}), path: "/v1/devices/nobody/channels/main/rules", status: 404 },

  get("/v1/quarantine?show=some", "show"),
  get("/v1/quarantine?cursor=Lw", "cursor"),
  { ...get("/v1/quarantine?deviceId=nobody", ""), status: 404 },
  ...[release, drop].flatMap((path) => [
    post(path, "nothing chosen", {}, ""),
    post(path, "two choices", { ids: [], deviceId: "meter" }, ""),
    post(path, "ids for a reason", { ids: [], reason: "future" }, "reason"),
    post(path, "an id that is none", { ids: ["'; DROP TABLE"] }, "ids[0]"),
    post(path, "too many ids", { ids: Array.from({ length: 1_001 }, (_, i) => `q_${i}`) }, "ids"),
    post(path, "a typo", { deviceid: "meter" }, "deviceid"),
    { ...post(path, "nobody's device", { deviceId: "nobody" }), status: 404 }
  ]),
  post(release, "a shift of half a millisecond", { ids: [], shiftMs: 0.5 }, "shiftMs"),
  post(release, "a shift of a year", { ids: [], shiftMs: 31_536_000_000 }, "shiftMs")
]

const codes: Readonly<Record<number, string>> = {
  400: "VALIDATION_ERROR",
  404: "NOT_FOUND",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE"
}

describe("requests that are refused", () => {
  let server: TestServer

  beforeAll(async () => {
    server = await startServer(layerMemory)
    await makeHouse(server.call)
  })

  afterAll(() => server.close())

  it.each(cases)("$method $what", async ({ body, field, headers = {}, method, path, status = 400 }) => {
    const answer = await server.call(method, path, { body, headers })
    assert.deepStrictEqual([answer.status, answer.code], [status, codes[status]], answer.text.slice(0, 500))
    if (status === 400 && field !== undefined) {
      const fields = answer.details.map((detail) => detail.field)
      assert.include(fields, field, JSON.stringify(answer.details))
      for (const detail of answer.details) assert.isNotEmpty(detail.reason)
    }
    assert.isBelow(answer.text.length, 20_000)
    assert.strictEqual((await server.call("GET", `${readings}/latest`)).status, 200)
  })

  it("answers what is odd but sound", async () => {
    for (const [method, path, body] of [
      [
        "GET",
        "/v1/devices/meter/energy/usage?from=1970-01-01T00:00:00Z&to=9999-12-31T00:00:00Z&resolution=1mo"
      ],
      ["GET", `/v1/devices/meter/energy/usage?from=${at}&to=${at}`],
      ["GET", "/v1/devices/meter/energy/usage?channel=nothing&period=year"],
      ["GET", "/v1/locations/house/energy/consumption?from=1970-01-01T00:00:00Z&resolution=1mo"],
      ["GET", "/v1/locations/house/energy/consumption?role=storage"],
      ["GET", `/v1/locations/house/energy/heatmap?from=${at}&to=${at}`],
      ["DELETE", `${readings}?from=${at}&to=${at}&reason=x`],
      ["POST", release, { ids: [] }],
      ["POST", drop, { ids: ["q_nobody"] }]
    ] as const) {
      const answer = await server.call(method, path, body === undefined ? {} : { body })
      assert.strictEqual(answer.status, 200, `${path}: ${answer.text}`)
    }
  })
})
