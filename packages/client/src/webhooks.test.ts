import { createHmac } from "node:crypto"
import { assert, describe, it } from "vitest"
import { isWattkitError } from "./WattkitError.ts"
import { signWebhook, verifyWebhook, type VerifyWebhookOptions } from "./webhooks.ts"

const secret = `whsec_${Buffer.from("a secret of 24 bytes....").toString("base64")}`
const other = `whsec_${Buffer.from("another of twenty-four..").toString("base64")}`
const ofBytes = (length: number): string => `whsec_${Buffer.alloc(length, 7).toString("base64")}`
const payload = `{"type":"reading.stored","energy":"5 kWh – größer"}`
const sentAt = new Date("2026-01-01T00:00:00Z")

const codeOf = async (options: Partial<VerifyWebhookOptions>): Promise<string> => {
  const headers = await signWebhook({ payload, secret, id: "msg_1", sentAt })
  return verifyWebhook({ payload, headers, secret, now: sentAt, ...options }).then(
    () => "valid",
    (error: unknown) => (isWattkitError(error) ? error.code : String(error))
  )
}

const later = (ms: number): Date => new Date(sentAt.getTime() + ms)

describe("a webhook", () => {
  it("is signed as the standard says", async () => {
    const headers = await signWebhook({ payload, secret, id: "msg_1", sentAt })
    const digest = createHmac("sha256", Buffer.from(secret.slice(6), "base64"))
      .update(`msg_1.1767225600.${payload}`)
      .digest("base64")
    assert.deepStrictEqual(headers, {
      "webhook-id": "msg_1",
      "webhook-timestamp": "1767225600",
      "webhook-signature": `v1,${digest}`
    })
  })

  it("is taken when it is signed, as text or bytes, with headers of any kind", async () => {
    const headers = await signWebhook({ payload, secret, id: "msg_1", sentAt })
    const mixed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])
    )
    for (const one of [headers, mixed, new Headers({ ...headers })]) {
      for (const body of [payload, new TextEncoder().encode(payload)]) {
        const webhook = await verifyWebhook({ payload: body, headers: one, secret, now: sentAt })
        assert.deepStrictEqual(webhook, { id: "msg_1", sentAt, data: JSON.parse(payload) })
      }
    }
  })

  it("that was changed or signed by others is refused", async () => {
    const good = await signWebhook({ payload, secret, id: "msg_1", sentAt })
    const signature = good["webhook-signature"]
    assert.strictEqual(await codeOf({}), "valid")
    for (const change of [
      { payload: `${payload} ` },
      { secret: other },
      { headers: { ...good, "webhook-id": "msg_2" } },
      { headers: { ...good, "webhook-timestamp": "1767225601" } },
      { headers: { ...good, "webhook-signature": signature.replace("v1,", "v1a,") } },
      { headers: { ...good, "webhook-signature": signature.slice(0, -8) } },
      { headers: { ...good, "webhook-signature": "v1,%%%" } },
      { headers: { ...good, "webhook-signature": "v1," } },
      { headers: { ...good, "webhook-signature": undefined } },
      { headers: { ...good, "webhook-id": undefined } },
      { headers: { ...good, "webhook-timestamp": "now" } },
      { headers: { ...good, "webhook-timestamp": "" } },
      { headers: {} }
    ])
      assert.strictEqual(await codeOf(change), "INVALID_SIGNATURE", JSON.stringify(change))
  })

  it("is taken within five minutes, or as long as said", async () => {
    for (const [ms, toleranceMs, code] of [
      [300_000, undefined, "valid"],
      [-300_000, undefined, "valid"],
      [300_001, undefined, "INVALID_SIGNATURE"],
      [-300_001, undefined, "INVALID_SIGNATURE"],
      [5001, 5000, "INVALID_SIGNATURE"]
    ] as const) {
      assert.strictEqual(await codeOf({ now: later(ms), toleranceMs }), code, String(ms))
    }
  })

  it("passes from one secret to another on either side", async () => {
    assert.strictEqual(await codeOf({ secret: [other, secret] }), "valid")
    const headers = await signWebhook({ payload, secret: [other, secret], id: "msg_1", sentAt })
    assert.strictEqual(await codeOf({ headers, secret }), "valid")
    assert.strictEqual(await codeOf({ headers, secret: other }), "valid")
    const many = `${"v1,AAAA ".repeat(10)}${headers["webhook-signature"]}`
    const flood = { ...headers, "webhook-signature": many }
    assert.strictEqual(await codeOf({ headers: flood }), "INVALID_SIGNATURE")
  })

  it("cannot be verified with what is no secret, nor read when it is no JSON", async () => {
    for (const wrong of ["", "whsec_", "whsec_%", "whsec_c2hvcnQ=", ofBytes(23), ofBytes(65)]) {
      assert.strictEqual(await codeOf({ secret: wrong }), "INVALID_REQUEST")
    }
    const headers = await signWebhook({ payload: "text", secret, sentAt })
    assert.strictEqual(await codeOf({ headers, payload: "text" }), "INVALID_RESPONSE")
  })
})
