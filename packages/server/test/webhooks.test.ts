import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { seenWebhooks, signWebhook as signAsClient, verifyWebhook } from "@wattkit/client/webhooks"
import { Instant } from "@wattkit/core"
import {
  layerOutwardFetch,
  makeWebhookSecret,
  parseWebhookSecret,
  sendWebhook,
  signWebhook,
  type WebhookHeaders,
  type WebhookSecret
} from "@wattkit/transport-http"
import { Effect, Redacted, Result } from "effect"
import fc from "fast-check"
import { assert, describe, it } from "vitest"

const made = (bytes?: number): WebhookSecret => Result.getOrThrow(makeWebhookSecret(bytes))
const [secret, other] = [made(), made()]
const payload = `{"type":"device.offline","name":"größer"}`
const at = Instant.fromStringOrThrow("2026-03-01T12:00:00Z")
const minute = 60_000

const signed = (secrets: readonly [WebhookSecret, WebhookSecret?] = [secret]): WebhookHeaders =>
  Result.getOrThrow(signWebhook({ id: "msg_1", payload, secrets }, at))

interface Came {
  readonly headers?: WebhookHeaders
  readonly payload?: string | Uint8Array
  readonly with?: WebhookSecret
  readonly later?: number
}

const verified = (came: Came): Promise<string> =>
  verifyWebhook({
    payload: came.payload ?? payload,
    headers: came.headers ?? signed(),
    secret: Redacted.value(came.with ?? secret),
    now: new Date(at + (came.later ?? 0))
  }).then(
    ({ id }) => id,
    (error: { readonly code?: string }) => error.code ?? String(error)
  )

describe("a webhook of the server", () => {
  it("is what the client takes, with secrets of every length", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.integer({ min: 24, max: 64 }), async (text, bytes) => {
        const one = made(bytes)
        const body = JSON.stringify({ text })
        const webhook = { id: "msg_1", payload: body, secrets: [one] as const }
        const headers = Result.getOrThrow(signWebhook(webhook, at))
        assert.strictEqual(await verified({ headers, payload: body, with: one }), "msg_1")
        const sentAt = new Date(at)
        const secret = Redacted.value(one)
        assert.deepStrictEqual(headers, await signAsClient({ payload: body, secret, id: "msg_1", sentAt }))
      }),
      { numRuns: 100 }
    )
  })

  it("has the same secrets on both sides", async () => {
    for (let bytes = 0; bytes <= 70; bytes++) {
      const text = `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`
      const client = await signAsClient({ payload, secret: text }).then(
        () => true,
        () => false
      )
      assert.strictEqual(client, Result.isSuccess(parseWebhookSecret(text)), String(bytes))
    }
  })

  it("with any byte altered is refused", async () => {
    const bytes = new TextEncoder().encode(payload)
    for (let i = 0; i < bytes.length; i++) {
      const altered = Uint8Array.from(bytes)
      altered[i] = altered[i]! ^ 1
      assert.strictEqual(await verified({ payload: altered }), "INVALID_SIGNATURE", String(i))
    }
    assert.strictEqual(await verified({ payload: bytes }), "msg_1")
    for (const changed of [
      { "webhook-id": "msg_2" },
      { "webhook-timestamp": String(at / 1000 + 1) },
      { "webhook-signature": signed([other])["webhook-signature"] }
    ]) {
      assert.strictEqual(await verified({ headers: { ...signed(), ...changed } }), "INVALID_SIGNATURE")
    }
  })

  it("six minutes old, or ahead, is refused", async () => {
    assert.strictEqual(await verified({ later: 4 * minute }), "msg_1")
    for (const later of [6 * minute, -6 * minute]) {
      assert.strictEqual(await verified({ later }), "INVALID_SIGNATURE")
    }
  })

  it("is taken with either secret while one replaces the other, and then with the new one", async () => {
    const both = signed([other, secret])
    assert.strictEqual(await verified({ headers: both, with: secret }), "msg_1")
    assert.strictEqual(await verified({ headers: both, with: other }), "msg_1")
    assert.strictEqual(await verified({ headers: both, with: made() }), "INVALID_SIGNATURE")
    assert.strictEqual(await verified({ headers: signed([other]), with: secret }), "INVALID_SIGNATURE")
  })

  it("goes over the network, is sent again when it has to be, and is worked on once", async () => {
    const seen = seenWebhooks()
    const worked: Array<unknown> = []
    const statuses = [503, 200, 200]
    const server = createServer(async (request, response) => {
      const chunks: Array<Buffer> = []
      for await (const chunk of request) chunks.push(chunk)
      const webhook = await verifyWebhook({
        payload: Buffer.concat(chunks),
        headers: request.headers,
        secret: Redacted.value(secret)
      })
      const status = statuses.shift()!
      const work = () => (status === 200 ? worked.push(webhook.data) : Promise.reject(new Error("later")))
      const done = await seen.once(webhook, work).catch(() => undefined)
      response.writeHead(done === undefined ? 503 : 200).end(String(done))
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    try {
      const { port } = server.address() as AddressInfo
      const outward = layerOutwardFetch({ allow: [{ to: "127.0.0.1", http: true, ports: [port] }] })
      const url = `http://127.0.0.1:${port}/`
      const kinds: Array<string> = []
      for (const attempt of [1, 2, 3]) {
        const sending = sendWebhook({ id: "msg_1", payload, secrets: [secret], url, attempt })
        const { verdict } = await Effect.runPromise(Effect.provide(sending, outward))
        kinds.push(verdict.kind)
      }
      assert.deepStrictEqual(kinds, ["again", "done", "done"])
      assert.deepStrictEqual(worked, [JSON.parse(payload)])
    } finally {
      server.close()
    }
  })
})
