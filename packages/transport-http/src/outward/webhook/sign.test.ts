import { Instant } from "@wattkit/core"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { inspect } from "node:util"
import { assert, describe, it } from "vitest"
import { mostWebhookBytes, signWebhook, type Webhook } from "./sign.ts"
import { makeWebhookSecret, parseWebhookSecret } from "./WebhookSecret.ts"

const ofBytes = (length: number): string => `whsec_${Buffer.alloc(length, 0xfb).toString("base64")}`
const secret = Result.getOrThrow(parseWebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
const other = Result.getOrThrow(parseWebhookSecret(ofBytes(64)))
const at = Instant.fromStringOrThrow("2021-02-25T13:54:35.999Z")
const webhook: Webhook = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  payload: `{"test": 2432232314}`,
  secrets: [secret]
}

const headersOf = (given: Partial<Webhook>) => signWebhook({ ...webhook, ...given }, at)

const reasonOf = (given: Partial<Webhook>): string => {
  const headers = headersOf(given)
  return Result.isFailure(headers) ? headers.failure.reason : "signed"
}

describe("a secret", () => {
  it("is 24 to 64 bytes in the one spelling of base64", () => {
    for (const length of [24, 25, 32, 63, 64]) {
      assert.isTrue(Result.isSuccess(parseWebhookSecret(ofBytes(length))), String(length))
    }
    for (const text of [
      ofBytes(23),
      ofBytes(65),
      ofBytes(0),
      "",
      "whsec_",
      ofBytes(24).slice(6),
      ofBytes(24).replace("whsec_", "WHSEC_"),
      `${ofBytes(24)} `,
      `${ofBytes(24)}\n`,
      ofBytes(25).replaceAll("=", ""),
      ofBytes(24).replaceAll("+", "-").replaceAll("/", "_")
    ]) {
      const refused = parseWebhookSecret(text)
      assert.strictEqual(Result.isFailure(refused) && refused.failure._tag, "InvalidWebhookSecret", text)
      if (Result.isFailure(refused) && text.length > 9)
        assert.notInclude(inspect(refused.failure), text.slice(6))
    }
  })

  it("is made of as many random bytes as said", () => {
    for (const [bytes, length] of [
      [undefined, 32],
      [24, 24],
      [64, 64]
    ] as const) {
      const [one, two] = [makeWebhookSecret(bytes), makeWebhookSecret(bytes)].map((made) =>
        Redacted.value(Result.getOrThrow(made))
      )
      assert.notStrictEqual(one, two)
      assert.isTrue(Result.isSuccess(parseWebhookSecret(one!)))
      assert.strictEqual(Buffer.from(one!.slice(6), "base64").length, length)
    }
    for (const bytes of [23, 65, 24.5, Number.NaN]) assert.isTrue(Result.isFailure(makeWebhookSecret(bytes)))
  })

  it("is not shown when it is printed", () => {
    for (const text of [String(secret), JSON.stringify({ secret }), inspect(secret)]) {
      assert.notInclude(text, "MfKQ9r8G")
    }
  })
})

describe("a signed webhook", () => {
  it("has the signature of the standard's own example", () => {
    const headers = signWebhook(webhook, Instant.fromStringOrThrow("2021-02-25T15:02:10Z"))
    assert.deepStrictEqual(Result.getOrThrow(headers), {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    })
  })

  it("has the second it is sent in, and both signatures while a secret is replaced", () => {
    const [one, two, both] = [[secret] as const, [other] as const, [other, secret] as const].map((secrets) =>
      Result.getOrThrow(headersOf({ secrets }))
    )
    assert.strictEqual(both!["webhook-timestamp"], String(Math.floor(at / 1000)))
    assert.strictEqual(
      both!["webhook-signature"],
      `${two!["webhook-signature"]} ${one!["webhook-signature"]}`
    )
  })

  it("is refused with a payload or an id that receivers refuse", () => {
    const filled = (bytes: number) => ({ payload: `"${"ö".repeat((bytes - 2) / 2)}"` })
    assert.strictEqual(reasonOf(filled(mostWebhookBytes - 2)), "signed")
    assert.strictEqual(reasonOf(filled(mostWebhookBytes)), "payload")
    for (const id of ["", "a.b", "a b", "a\nb", "ä", "a".repeat(65)])
      assert.strictEqual(reasonOf({ id }), "id")
  })
})
