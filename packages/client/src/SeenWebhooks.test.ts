import { assert, describe, it } from "vitest"
import { seenWebhooks } from "./SeenWebhooks.ts"

const webhook = (id: string) => ({ id, sentAt: new Date(0), data: {} })

describe("webhooks that were seen", () => {
  it("are worked on once", async () => {
    const seen = seenWebhooks()
    const worked: Array<string> = []
    const one = (id: string) => seen.once(webhook(id), () => worked.push(id))
    assert.deepStrictEqual(
      [await one("a"), await one("a"), await one("b"), await one("a")],
      [true, false, true, false]
    )
    assert.deepStrictEqual(worked, ["a", "b"])
  })

  it("are worked on again when the work failed, also by an exception", async () => {
    const seen = seenWebhooks()
    const fail = (work: () => unknown) =>
      seen.once(webhook("a"), work).then(String, (error: Error) => error.message)
    assert.strictEqual(await fail(() => Promise.reject(new Error("later"))), "later")
    assert.strictEqual(
      await fail(() => {
        throw new Error("at once")
      }),
      "at once"
    )
    assert.isTrue(await seen.once(webhook("a"), () => {}))
  })

  it("that come meanwhile wait, and share the end", async () => {
    const seen = seenWebhooks()
    const gate = Promise.withResolvers<void>()
    const first = seen.once(webhook("a"), () => gate.promise)
    const second = seen.once(webhook("a"), () => assert.fail("worked on twice"))
    gate.reject(new Error("later"))
    const ends = await Promise.allSettled([first, second])
    assert.deepStrictEqual(
      ends.map(({ status }) => status),
      ["rejected", "rejected"]
    )
  })

  it("are forgotten when they are old or too many", async () => {
    let time = 0
    const seen = seenWebhooks({ keepMs: 1000, most: 2, now: () => time })
    const isNew = (id: string) => seen.once(webhook(id), () => {})
    assert.isTrue(await isNew("a"))
    time = 999
    assert.isFalse(await isNew("a"))
    time = 1000
    assert.isTrue(await isNew("a"))
    assert.isTrue(await isNew("b"))
    assert.isTrue(await isNew("c"))
    assert.isFalse(await isNew("c"))
    assert.isFalse(await isNew("b"))
    assert.isTrue(await isNew("a"))
  })
})
