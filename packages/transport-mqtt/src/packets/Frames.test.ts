import * as fc from "fast-check"
import { generate } from "mqtt-packet"
import { assert, describe, it } from "vitest"
import { Frames } from "./Frames.ts"
import { read, readPublish, write } from "./Wire.ts"

const publish = (payload: string, qos: 0 | 1 | 2, topic: string) =>
  ({
    cmd: "publish",
    topic,
    payload,
    qos,
    dup: false,
    retain: false,
    ...(qos > 0 ? { messageId: 7 } : {})
  }) as const

const messages = fc.record({
  payload: fc.string({ maxLength: 3_000 }),
  qos: fc.constantFrom(0, 1, 2),
  topic: fc.constantFrom("a", "devices/x/readings", "ä/ö")
})

describe("packets cut out of a stream", () => {
  it("are the same wherever the stream was cut before", () => {
    fc.assert(
      fc.property(
        fc.array(messages, { minLength: 1, maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }),
        (drawn, sizes) => {
          const stream = Buffer.concat(
            drawn.map(({ payload, qos, topic }) => generate(publish(payload, qos as 0, topic)))
          )
          const frames = new Frames()
          const found: Array<{ payload: string; qos: number; topic: string }> = []
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = sizes[i % sizes.length] ?? 1
            frames.push(Buffer.from(stream.subarray(at, at + size)))
            at += size
            for (;;) {
              const frame = frames.next(10_000)
              if (frame === undefined || typeof frame === "string") {
                assert.isUndefined(frame)
                break
              }
              const one = readPublish(frame, 4)
              if (one === undefined) throw new Error("it is sound")
              found.push({ payload: one.payload.toString(), qos: one.qos, topic: one.topic })
            }
          }
          assert.deepStrictEqual(found, drawn)
          assert.strictEqual(frames.waiting, 0)
        }
      )
    )
  })

  it("are judged by their length before they have come", () => {
    const frames = new Frames()
    frames.push(Buffer.from([0x30, 0xff, 0xff, 0x7f]))
    assert.strictEqual(frames.next(1_000), "too_large")
    const endless = new Frames()
    endless.push(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]))
    assert.strictEqual(endless.next(1_000), "malformed")
    const short = new Frames()
    short.push(Buffer.from([0x30]))
    assert.isUndefined(short.next(1_000))
  })

  it("keep what was cut out before when more comes", () => {
    const frames = new Frames()
    const bytes = generate(publish("first", 0, "a"))
    frames.push(Buffer.concat([bytes, bytes.subarray(0, 3)]))
    const first = frames.next(1_000)
    frames.push(bytes.subarray(3, 5))
    frames.push(Buffer.concat([bytes.subarray(5), generate(publish("other", 0, "b"))]))
    if (first === undefined || typeof first === "string") throw new Error("it came whole")
    assert.strictEqual(readPublish(first, 4)?.payload.toString(), "first")
  })
})

describe("a PUBLISH", () => {
  it("is read the same as by the general reader, in both versions, with and without properties", () => {
    fc.assert(
      fc.property(messages, fc.constantFrom(4, 5), fc.boolean(), ({ payload, qos, topic }, version, rich) => {
        const properties =
          rich && version === 5 ? { properties: { contentType: "x", messageExpiryInterval: 9 } } : {}
        const bytes = write({ ...publish(payload, qos as 0, topic), ...properties }, version as 4 | 5)
        const frames = new Frames()
        frames.push(bytes)
        const frame = frames.next(100_000)
        if (frame === undefined || typeof frame === "string") throw new Error("it came whole")
        const quick = readPublish(frame, version as 4 | 5)
        const general = read(frame, version as 4 | 5)
        if (general?.cmd !== "publish") throw new Error("it is one")
        assert.strictEqual(quick?.topic, general.topic)
        assert.strictEqual(quick?.payload.toString(), general.payload.toString())
        assert.strictEqual(quick?.id, general.messageId ?? 0)
        assert.deepStrictEqual(quick?.properties, general.properties)
      })
    )
  })

  it.each([
    ["cut off within its topic", [0x30, 4, 0, 9, 97, 98]],
    ["of QoS 3", [0x36, 5, 0, 1, 97, 0, 1]],
    ["with id 0", [0x32, 5, 0, 1, 97, 0, 0]],
    ["with a topic that is no UTF-8", [0x30, 4, 0, 2, 0xc3, 0x28]]
  ])("%s is malformed", (_, bytes) => {
    assert.isUndefined(readPublish({ bytes: Buffer.from(bytes), start: 2 }, 4))
  })
})
