import { Instant, type Rejection } from "@wattkit/core"
import { emoncms, influx, sayTold, thingsboard, thingspeak } from "@wattkit/formats"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "vitest"
import type { Answer, Ending, Opened } from "./Compat.ts"
import { compatOf } from "./compatOf.ts"

const receivedAt = Instant.fromStringOrThrow("2026-06-01T12:00:00Z")
const secret = "wk_live_secret"
const formats = { influx, emoncms, thingsboard, thingspeak } as const

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly limits?: { readonly bytes: number; readonly inflatedBytes: number }
}

const open = async (url: string, sent: Sent = {}): Promise<Opened | Answer> => {
  const compat = compatOf({ method: sent.method ?? "POST", url, headers: sent.headers ?? {} })
  assert.isDefined(compat, url)
  const { body = "" } = sent
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  const limits = { depth: 64, readings: 1000, bytes: 1000, inflatedBytes: 1000, ...sent.limits }
  const found = await Effect.runPromise(Effect.result(compat!.open(bytes, receivedAt, limits)))
  return Result.isSuccess(found) ? found.success : found.failure
}

const opened = async (url: string, sent?: Sent): Promise<Opened> => {
  const found = await open(url, sent)
  assert.property(found, "message", JSON.stringify(found))
  return found as Opened
}

const payloadOf = ({ message }: Opened) => new TextDecoder().decode(message.payload)
const told = ({ message }: Opened, format: keyof typeof formats) =>
  sayTold(formats[format].makeReader().read(message))
const inShort = ({ body, headers, status }: Answer) => {
  const retry = headers["retry-after"]
  return `${status} ${body}${retry === undefined ? "" : ` after ${retry}`}`
}

const rejected = (reason: Rejection["reason"]): Rejection => ({
  index: 0,
  field: "at",
  reason,
  message: "is odd"
})
const taken = (rejected: ReadonlyArray<Rejection> = [], kept = 0): Ending => ({
  kind: "taken",
  accepted: 1,
  duplicates: 0,
  rejected,
  kept
})
const unauthorized: Ending = { kind: "unauthorized" }
const busy: Ending = { kind: "busy", retryAfterMs: 1500, message: "slower" }
const unavailable: Ending = { kind: "unavailable", retryAfterMs: 20, message: "full" }
const lines = "m power=1 1\n# x\nm power= 2"

describe("endpoints that other services' clients write to", () => {
  it("are known by their paths, and no others are", () => {
    const peerOf = (url: string) => compatOf({ method: "POST", url, headers: {} })?.peer
    assert.strictEqual(peerOf("/write?db=a"), "influxdb1")
    assert.strictEqual(peerOf("/api/v2/write"), "influxdb2")
    assert.strictEqual(peerOf("/api/v3/write_lp?db=a"), "influxdb3")
    for (const path of [
      "/input/post",
      "/input/post.json",
      "/input/bulk.json?x",
      "/emoncms/input/bulk",
      "/input/post/n"
    ]) {
      assert.strictEqual(peerOf(path), "emoncms", path)
    }
    assert.strictEqual(peerOf("/api/v1/token/telemetry"), "thingsboard")
    for (const path of [
      "/update",
      "/update.json",
      "/channels/5/bulk_update.csv",
      "/channels/5/bulk_update.json"
    ]) {
      assert.strictEqual(peerOf(path), "thingspeak", path)
    }
    for (const path of [
      "/",
      "/api/v1/devices",
      "/api/v1/devices/a/readings",
      "/writes",
      "/input",
      "/channels/x/bulk_update.json"
    ]) {
      assert.isUndefined(peerOf(path), path)
    }
  })

  it("refuse other methods and say which there are", () => {
    const answer = compatOf({ method: "GET", url: "/write", headers: {} })?.immediate
    assert.deepStrictEqual(answer, { status: 405, headers: { allow: "POST" }, body: "" })
    assert.isUndefined(compatOf({ method: "post", url: "/write", headers: {} })?.immediate)
  })

  const credentials: ReadonlyArray<readonly [url: string, sent: Sent]> = [
    [`/write?db=a&u=me&p=${secret}`, {}],
    [`/write?db=a&p=${secret}&u=me`, {}],
    [`/write?%70=${secret}`, {}],
    ["/write", { headers: { authorization: `Basic ${btoa(`me:${secret}`)}` } }],
    ["/write", { headers: { authorization: `Basic ${btoa(`${secret}:`)}` } }],
    ["/write", { headers: { authorization: `Token me:${secret}` } }],
    ["/write", { headers: { authorization: `bearer ${secret}` } }],
    ["/query", { headers: { authorization: `Token me:${secret}` } }],
    ["/api/v2/write?org=o&bucket=b", { headers: { authorization: `Token ${secret}` } }],
    ["/api/v3/write_lp?db=a", { headers: { authorization: `Bearer ${secret}` } }],
    [`/input/post?node=a&csv=1&apikey=${secret}`, { method: "GET" }],
    ["/input/bulk", { body: `data=[[0,1,2]]&apikey=${secret}&time=5` }],
    ["/input/bulk", { body: "data=[[0,1,2]]", headers: { authorization: `Bearer ${secret}` } }],
    [`/api/v1/${secret}/telemetry`, { body: "{}" }],
    [`/update?api_key=${secret}&field1=1`, { method: "GET" }],
    ["/update", { body: `api_key=${secret}&field1=1` }],
    ["/update.json", { body: JSON.stringify({ api_key: secret, field1: 1 }) }],
    ["/update", { body: "field1=1", headers: { "x-thingspeakapikey": secret } }],
    ["/channels/7/bulk_update.json", { body: JSON.stringify({ write_api_key: secret, updates: [] }) }],
    ["/channels/7/bulk_update.csv", { body: `write_api_key=${secret}&time_format=relative&updates=0,1` }]
  ]
  for (const [url, sent] of credentials) {
    it(`take the secret out of ${url} ${JSON.stringify(sent)}`, async () => {
      const found = await opened(url, sent)
      assert.strictEqual(found.credential, secret)
      assert.notInclude(found.message.topic + payloadOf(found), secret)
    })
  }

  it("find no credential where there is none, and take no broken one for one", async () => {
    for (const authorization of ["", "Basic", "Basic %%%", "Digest x", "Token "]) {
      assert.isUndefined((await opened("/write", { headers: { authorization } })).credential, authorization)
    }
    assert.isUndefined((await opened("/input/post?apikey=&csv=1")).credential)
  })

  it("leave everything but secrets as it came", () => {
    const field = fc.stringMatching(/^[a-oq-tv-z]{1,4}=[A-Za-z0-9%+.]{0,6}$/)
    return fc.assert(
      fc.asyncProperty(fc.array(field, { maxLength: 5 }), fc.nat(5), async (fields, at) => {
        const all = fields.toSpliced(at, 0, `p=${secret}`)
        const { credential, message } = await opened(`/write?${all.join("&")}`)
        assert.strictEqual(credential, secret)
        assert.strictEqual(message.topic, fields.length === 0 ? "/write" : `/write?${fields.join("&")}`)
      }),
      { numRuns: 100 }
    )
  })

  it("inflate within limits", async () => {
    const gzip = { "content-encoding": "gzip" }
    const body = new Uint8Array(gzipSync("m power=5 1700000000"))
    const found = await opened("/write?precision=s", { headers: gzip, body })
    assert.strictEqual(told(found, "influx"), "m main: powerW 5 at 2023-11-14T22:13:20Z")
    const bomb = new Uint8Array(gzipSync("m power=5\n".repeat(5000)))
    const answers = await Promise.all([
      open("/write", { headers: gzip, body: bomb }),
      open("/api/v2/write", { body: "x".repeat(1001) }),
      open("/api/v3/write_lp", { headers: gzip, body: body.slice(0, 9) }),
      open("/input/bulk", { headers: { "content-encoding": "br" } })
    ])
    assert.deepStrictEqual(
      answers.map((answer) => inShort(answer as Answer)),
      [
        '413 {"error":"the body unfolds to more than 1000 bytes; send it in smaller parts"}',
        '413 {"code":"request too large",' +
          '"message":"the body is larger than 1000 bytes; send it in smaller parts"}',
        '400 {"error":"the body is not a complete gzip stream"}',
        '415 {"success":false,"message":"the content encoding must be gzip or none"}'
      ]
    )
  })
})

describe("whatever is sent", () => {
  const paths = [
    "/write",
    "/query",
    "/ping",
    "/api/v2/write",
    "/api/v3/write_lp",
    "/input/post",
    "/input/post/a%zz",
    "/input/bulk",
    "/api/v1/%zz/telemetry",
    "/update",
    "/update.json",
    "/channels/7/bulk_update.json",
    "/channels/7/bulk_update.csv"
  ]
  const signs =
    "? & = % %zz + # / data= apikey= " +
    'updates= q= p= precision= {" "} [[ ]] : , 1 null m,a=b f=1 \n | \ud800'
  const bit = fc.constantFrom(...signs.split(" "), " ")
  const noise = fc.array(bit, { maxLength: 12 }).map((bits) => bits.join(""))
  const header = fc.constantFrom(
    undefined,
    "Basic %",
    "Basic !!!!",
    "Token",
    "Bearer x",
    "Token a:b:c",
    "Basic Og=="
  )

  it("is answered, and with nothing that blames the server", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        noise,
        noise,
        header,
        fc.constantFrom(undefined, "gzip", "br", "identity"),
        async (path, query, body, authorization, encoding) => {
          const headers = { authorization, "content-encoding": encoding }
          const compat = compatOf({ method: "POST", url: `${path}?${query}`, headers })
          if (compat === undefined) return
          const bytes = new TextEncoder().encode(body)
          const found = await Effect.runPromise(Effect.result(compat.open(bytes, receivedAt)))
          const answer = Result.isFailure(found)
            ? found.failure
            : (found.success.refusal() ?? found.success.answer(taken()))
          assert.include([200, 202, 204, 400, 413, 415], answer.status)
          for (const value of Object.values(answer.headers)) assert.match(value, /^[\x20-\x7e]*$/)
        }
      ),
      { numRuns: 2000 }
    ))
})

describe("InfluxDB's clients", () => {
  it("are answered a ping, and the little they ask before they write", async () => {
    const immediate = (method: string, url: string) => compatOf({ method, url, headers: {} })?.immediate
    const ping = immediate("GET", "/ping")!
    assert.strictEqual(inShort(ping), "204 ")
    assert.strictEqual(ping.headers["x-influxdb-version"], "1.8.10")
    assert.strictEqual(inShort(immediate("HEAD", "/ping")!), "204 ")
    assert.strictEqual(inShort(immediate("GET", "/ping?verbose=true")!), '200 {"version":"1.8.10"}')
    const created = '200 {"results":[{"statement_id":0}]}'
    assert.strictEqual(inShort(immediate("POST", "/query?q=CREATE+DATABASE+%22telegraf%22")!), created)
    assert.match(inShort(immediate("GET", "/query?db=a&q=SHOW%20DATABASES")!), /"values":\[\["a"\]\]/)
    assert.match(inShort(immediate("GET", "/query?q=SELECT+1")!), /^400/)
    const posted = await opened("/query", { body: "q=CREATE+DATABASE+%22telegraf%22" })
    assert.strictEqual(inShort(posted.refusal()!), created)
  })

  it("hear of success without a body", async () => {
    for (const path of ["/write", "/api/v2/write", "/api/v3/write_lp"]) {
      const found = await opened(path, { body: "m power=1 1" })
      assert.isUndefined(found.refusal())
      assert.strictEqual(inShort(found.answer(taken())), "204 ", path)
      assert.strictEqual(inShort(found.answer(taken([], 1))), "204 ", path)
      assert.strictEqual(inShort(found.answer(taken([rejected("conflict")]))), "204 ", path)
      assert.match(
        inShort(found.answer(taken([rejected("too_old")]))),
        /^400 .*partial write: at is odd dropped=1/
      )
    }
  })

  it("hear of each line that was not taken, in the words of their version", async () => {
    const partial = async (path: string) => {
      const found = await opened(path, { body: lines })
      assert.isUndefined(found.refusal(), path)
      return inShort(found.answer(taken()))
    }
    assert.strictEqual(
      await partial("/write"),
      `400 {"error":"partial write: unable to parse 'm power= 2': missing field value dropped=0"}`
    )
    assert.strictEqual(
      await partial("/api/v2/write"),
      `400 {"code":"invalid",` +
        `"message":"partial write: line 3: unable to parse 'm power= 2': missing field value","line":3}`
    )
    assert.strictEqual(
      await partial("/api/v3/write_lp"),
      '400 {"error":"partial write of line protocol occurred","data":' +
        '[{"original_line":"m power= 2","line_number":3,"error_message":"missing field value"}]}'
    )
  })

  it("are refused at once where nothing can be taken, or where they want all or nothing", async () => {
    const refusal = async (path: string, body: string) => inShort((await opened(path, { body })).refusal()!)
    assert.strictEqual(
      await refusal("/api/v3/write_lp?accept_partial=false", lines),
      '400 {"error":"parsing failed for write_lp endpoint","data":' +
        '{"original_line":"m power= 2","line_number":3,"error_message":"missing field value"}}'
    )
    assert.strictEqual(await refusal("/write", "m"), `400 {"error":"unable to parse 'm': missing fields"}`)
    assert.match(await refusal("/api/v2/write", "m"), /^400 \{"code":"invalid","message":"line 1: unable/)
    assert.strictEqual(
      await refusal("/api/v2/write?precision=d", "m power=1"),
      '400 {"code":"invalid","message":"d is no precision"}'
    )
  })

  it("hear in their words that nothing was taken", async () => {
    const answers = async (path: string) => {
      const { answer } = await opened(path)
      return [unauthorized, busy, unavailable].map((ending) => inShort(answer(ending)))
    }
    assert.deepStrictEqual(await answers("/write"), [
      '401 {"error":"authorization failed"}',
      '429 {"error":"slower"} after 2',
      '503 {"error":"full"} after 1'
    ])
    assert.deepStrictEqual(await answers("/api/v2/write"), [
      '401 {"code":"unauthorized","message":"unauthorized access"}',
      '429 {"code":"too many requests","message":"slower"} after 2',
      '503 {"code":"unavailable","message":"full"} after 1'
    ])
    assert.deepStrictEqual(await answers("/api/v3/write_lp"), [
      '401 {"error":"the request was not authenticated"}',
      '429 {"error":"slower"} after 2',
      '503 {"error":"full"} after 1'
    ])
    const { headers } = (await opened("/write")).answer(unauthorized)
    assert.strictEqual(headers["www-authenticate"], 'Basic realm="InfluxDB"')
  })
})

describe("emoncms's clients", () => {
  it("hear ok, or success in JSON where they send fulljson", async () => {
    const one = await opened(`/emoncms/input/post.json?node=a&apikey=${secret}&csv=1,2`, { method: "GET" })
    assert.strictEqual(one.message.topic, "/input/post.json?node=a&csv=1,2")
    assert.strictEqual(inShort(one.answer(taken())), "200 ok")
    const full = await opened("/input/post?node=a", { body: 'fulljson={"power":1}' })
    assert.strictEqual(inShort(full.answer(taken())), '200 {"success":true}')
    const bulk = await opened("/input/bulk", { body: `apikey=${secret}&data=[[0,"a",1]]&sentat=0` })
    assert.strictEqual(payloadOf(bulk), 'data=[[0,"a",1]]&sentat=0')
    assert.strictEqual(told(bulk, "emoncms"), "a main: input1 1? at 2026-06-01T12:00:00Z")
  })

  it("hear what is wrong with 200, and everything else with its status", async () => {
    const { answer, refusal } = await opened("/input/post")
    assert.strictEqual(
      inShort(refusal()!),
      '200 {"success":false,"message":"Request contains no data via csv, json or data tag"}'
    )
    assert.strictEqual(
      inShort(answer(taken([rejected("malformed")]))),
      '200 {"success":false,"message":"at is odd"}'
    )
    assert.strictEqual(inShort(answer(unauthorized)), "401 Invalid API key")
    assert.strictEqual(inShort(answer(busy)), '429 {"success":false,"message":"slower"} after 2')
    assert.strictEqual(inShort(answer(unavailable)), '503 {"success":false,"message":"full"} after 1')
  })
})

describe("ThingsBoard's clients", () => {
  it("hear 200 without a body, or what is wrong", async () => {
    const found = await opened(`/api/v1/${secret}/telemetry`, { body: '{"power":5}' })
    assert.strictEqual(told(found, "thingsboard"), "me main: powerW 5")
    assert.isUndefined(found.refusal())
    assert.strictEqual(inShort(found.answer(taken())), "200 ")
    const attributes = await opened(`/api/v1/${secret}/attributes`, { body: '{"a":5}' })
    assert.isUndefined(attributes.refusal())
    const wrong = await opened(`/api/v1/${secret}/telemetry`, { body: "power=5" })
    assert.strictEqual(
      inShort(wrong.refusal()!),
      '400 {"status":400,"message":"it is not JSON","errorCode":31}'
    )
    assert.match(inShort(found.answer(unauthorized)), /^401 .*"errorCode":10/)
    assert.match(inShort(found.answer(busy)), /^429 .*"errorCode":33.* after 2$/)
    assert.match(inShort(found.answer(unavailable)), /^503 .* after 1$/)
  })
})

describe("ThingSpeak's clients", () => {
  it("hear a number above zero, an entry, or success", async () => {
    const update = await opened(`/update?api_key=${secret}&field1=5`, { method: "GET" })
    assert.strictEqual(told(update, "thingspeak"), "me main: field1 5?")
    assert.strictEqual(inShort(update.answer(taken())), "200 1780315200")
    const json = await opened("/update.json", { body: JSON.stringify({ api_key: secret, field1: 5 }) })
    assert.strictEqual(payloadOf(json), '{"field1":5}')
    assert.strictEqual(
      inShort(json.answer(taken())),
      '200 {"created_at":"2026-06-01T12:00:00Z","entry_id":1780315200}'
    )
    const bulk = await opened("/channels/7/bulk_update.json", {
      body: JSON.stringify({ write_api_key: secret, updates: [{ delta_t: 0, field1: 5 }] })
    })
    assert.strictEqual(told(bulk, "thingspeak"), "7 main: field1 5? at 2026-06-01T12:00:00Z")
    assert.strictEqual(inShort(bulk.answer(taken())), '202 {"success":true}')
  })

  it("hear 0 or an error", async () => {
    const { answer } = await opened("/update")
    assert.deepStrictEqual(
      [unauthorized, busy].map((ending) => inShort(answer(ending))),
      ["401 0", "429 0 after 2"]
    )
    const bulk = await opened("/channels/7/bulk_update.csv", { body: "updates=1" })
    assert.strictEqual(
      inShort(bulk.refusal()!),
      '400 {"status":"400","error":{"error_code":"error_bad_request","message":"Bad Request",' +
        '"details":"time_format must be absolute or relative"}}'
    )
    assert.match(inShort(bulk.answer(busy)), /^429 .*error_too_many_requests.* after 2$/)
    assert.match(inShort(bulk.answer(unauthorized)), /^401 .*error_auth_required/)
  })
})
