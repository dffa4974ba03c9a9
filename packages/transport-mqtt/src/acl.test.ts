import { assert, describe, it } from "vitest"
import { generatedTopics, ownDevice } from "../test/generatedTopics.ts"
import { type Grant, maySubscribe, mayPublish, mayReceive } from "./acl.ts"

const device: Grant = { scopes: ["ingest"], deviceId: ownDevice }
const program: Grant = { scopes: ["ingest", "read"], deviceId: null }

describe("who may do what with a topic", () => {
  it("holds for 500 generated topics", () => {
    for (const { topic, ...expected } of generatedTopics(500)) {
      for (const [who, grant] of [
        ["device", device],
        ["program", program]
      ] as const) {
        assert.strictEqual(mayPublish(grant, topic), expected[who].publish, `${who} publishes ${topic}`)
        assert.strictEqual(maySubscribe(grant, topic), expected[who].subscribe, `${who} subscribes ${topic}`)
      }
    }
  })

  it("lets a program that is held to locations report, and neither listen nor command", () => {
    const held: Grant = { scopes: ["read", "ingest", "manage"], deviceId: null, locations: ["house"] }
    for (const topic of ["devices/a/readings", "devices/a/status", "tele/a/SENSOR"]) {
      assert.isTrue(mayPublish(held, topic), topic)
      assert.isFalse(mayReceive(held, topic), topic)
    }
    for (const topic of ["devices/a/commands", "devices/a/responses", "green-energy/roof/generation"]) {
      assert.isFalse(mayPublish(held, topic), topic)
    }
    for (const filter of ["#", "devices/a/commands", "$share/x/#"]) {
      assert.isFalse(maySubscribe(held, filter), filter)
      assert.isTrue(maySubscribe({ ...held, locations: null }, filter) || filter.startsWith("$"), filter)
    }
    assert.isTrue(mayPublish({ ...held, deviceId: "a" }, "devices/a/responses"))
  })

  it("asks for the scope of what is done", () => {
    const reader: Grant = { scopes: ["read"], deviceId: null }
    const manager: Grant = { scopes: ["manage"], deviceId: null }
    const writer: Grant = { scopes: ["ingest"], deviceId: null }
    assert.isFalse(mayPublish(reader, "devices/a/readings"))
    assert.isFalse(mayPublish({ ...device, scopes: ["read"] }, `devices/${ownDevice}/readings`))
    assert.isFalse(mayPublish(manager, "devices/a/readings"))
    assert.isTrue(mayPublish(manager, "devices/a/commands"))
    assert.isFalse(mayPublish({ ...device, scopes: ["manage"] }, `devices/${ownDevice}/commands`))
    assert.isFalse(maySubscribe(writer, "#"))
    assert.isTrue(maySubscribe(reader, "#"))
  })

  it("lets a device subscribe to nothing that is wider than its commands", () => {
    for (const filter of [
      "#",
      "devices/#",
      "devices/+/commands",
      `devices/${ownDevice}/#`,
      `devices/${ownDevice}/+`
    ]) {
      assert.isFalse(maySubscribe({ ...device, scopes: ["read", "ingest", "manage"] }, filter), filter)
    }
  })

  it("hands out no topic of the broker, and a device only its commands", () => {
    assert.isFalse(mayReceive(program, "$SYS/uptime"))
    assert.isTrue(mayReceive(program, "tele/a/SENSOR"))
    assert.isFalse(mayReceive(device, "tele/a/SENSOR"))
    assert.isTrue(mayReceive(device, `devices/${ownDevice}/commands`))
  })
})
