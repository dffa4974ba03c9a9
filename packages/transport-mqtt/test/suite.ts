import { afterAll, assert, beforeAll, describe, it } from "vitest"
import {
  type Address,
  type Carrier,
  codeOf,
  connectClient,
  runTool,
  type TestClient,
  type Version
} from "./clients.ts"
import { generatedTopics } from "./generatedTopics.ts"

/** A broker under test that knows the users `meter` and `program`, whose passwords are `secret-…`. */
export interface Target extends Address {
  readonly close: () => Promise<unknown>
}

type Connect = (
  user: "meter" | "program",
  given?: Parameters<typeof connectClient>[2] | object
) => Promise<TestClient>

const payloads = ["zero", "one", "two"]

/** Topics of the table that are not the broker's own. */
const aclTopics = generatedTopics(600)
  .filter(({ topic }) => !topic.startsWith("$"))
  .slice(0, 500)

/** What every broker must do with every protocol over every carrier. */
const basics = (connect: Connect, version: Version, tag: string): void => {
  it("takes QoS 0, 1 and 2 and hands each message out once", async () => {
    const reader = await connect("program")
    await reader.mqtt.subscribeAsync(`tele/${tag}/+`, { qos: 2 })
    const meter = await connect("meter")
    for (const [qos, text] of payloads.entries()) {
      await meter.mqtt.publishAsync(`tele/${tag}/q${qos}`, text, { qos: qos as 0 | 1 | 2 })
    }
    await reader.has(3)
    await meter.mqtt.publishAsync(`tele/${tag}/last`, "last", { qos: 2 })
    await reader.has(4)
    assert.deepStrictEqual(
      reader.got.map(({ qos, text }) => [text, qos]),
      [
        ["zero", 0],
        ["one", 1],
        ["two", 2],
        ["last", 2]
      ]
    )
    await Promise.all([reader.end(), meter.end()])
  })

  it("keeps a retained message until an empty one comes", async () => {
    const topic = `tele/${tag}/LWT`
    const meter = await connect("meter")
    await meter.mqtt.publishAsync(topic, "Online", { qos: 1, retain: true })
    const reader = await connect("program")
    await reader.mqtt.subscribeAsync(topic, { qos: 1 })
    await reader.has(1)
    assert.deepStrictEqual(reader.got, [{ topic, text: "Online", qos: 1, retain: true }])
    await meter.mqtt.publishAsync(topic, "", { qos: 1, retain: true })
    await reader.has(2)
    const late = await connect("program")
    await late.mqtt.subscribeAsync(topic, { qos: 1 })
    await meter.mqtt.publishAsync(topic, "alive", { qos: 1 })
    await late.has(1)
    assert.deepStrictEqual(late.got, [{ topic, text: "alive", qos: 1, retain: false }])
    await Promise.all([meter.end(), reader.end(), late.end()])
  })

  it("publishes the will of a client that is gone, and of none that said goodbye", async () => {
    const topic = "devices/meter-1/status"
    const reader = await connect("program")
    await reader.mqtt.subscribeAsync(topic, { qos: 1 })
    const will = { topic, payload: Buffer.from(`offline ${tag}`), qos: 1 as const, retain: false }
    const polite = await connect("meter", { will: { ...will, payload: Buffer.from("polite") } })
    await polite.end()
    const lost = await connect("meter", { will })
    lost.mqtt.stream.destroy()
    await reader.has(1)
    assert.strictEqual(reader.got[0]?.text, `offline ${tag}`)
    lost.mqtt.end(true)
    await reader.end()
  })

  it("refuses who shows no credential or a wrong one", async () => {
    const wrong = await connect("meter", { password: "wrong" }).then(() => undefined, codeOf)
    assert.include(version === 5 ? [0x86, 0x87] : [4, 5], wrong)
    const none = await connect("meter", { password: undefined }).then(() => undefined, codeOf)
    assert.include(version === 5 ? [0x86, 0x87] : [5], none)
  })

  it("keeps a session for a client that comes back, and its messages in order", async () => {
    const durable =
      version === 5 ? { clean: false, properties: { sessionExpiryInterval: 60 } } : { clean: false }
    const clientId = `back-${tag}`
    const first = await connect("program", { ...durable, clientId })
    assert.isFalse(first.sessionPresent)
    await first.mqtt.subscribeAsync(`tele/${tag}/queue`, { qos: 1 })
    await first.end()
    const meter = await connect("meter")
    for (const text of payloads) await meter.mqtt.publishAsync(`tele/${tag}/queue`, text, { qos: 1 })
    const second = await connect("program", { ...durable, clientId })
    assert.isTrue(second.sessionPresent)
    await second.has(3)
    assert.deepStrictEqual(
      second.got.map(({ text }) => text),
      payloads
    )
    await second.end()
    const third = await connect("program", { clean: true, clientId })
    assert.isFalse(third.sessionPresent)
    await Promise.all([third.end(), meter.end()])
  })

  it("gets what a client published while it was away, after it reconnected by itself", async () => {
    const reader = await connect("program")
    await reader.mqtt.subscribeAsync(`tele/${tag}/again`, { qos: 1 })
    const meter = await connect("meter", { reconnectPeriod: 10 })
    const back = new Promise<void>((resolve) => meter.mqtt.once("connect", () => resolve()))
    meter.mqtt.stream.destroy()
    await Promise.all([
      meter.mqtt.publishAsync(`tele/${tag}/again`, "while away", { qos: 1 }),
      back,
      reader.has(1)
    ])
    assert.strictEqual(reader.got[0]?.text, "while away")
    await Promise.all([reader.end(), meter.end()])
  })

  it("ends an older connection with the same client id", async () => {
    const first = await connect("program", { clientId: `twin-${tag}` })
    const closed = new Promise<void>((resolve) => first.mqtt.once("close", () => resolve()))
    const second = await connect("program", { clientId: `twin-${tag}` })
    await closed
    await second.mqtt.publishAsync(`tele/${tag}/twin`, "alive", { qos: 1 })
    await second.end()
    first.mqtt.end(true)
  })
}

/** Publishes 500 topics as a meter, and sees which come out; then subscribes to them all. */
const accessControl = (connect: Connect, version: Version): void => {
  it("lets a device publish to 500 generated topics only where it may", async () => {
    const reader = await connect("program")
    await reader.mqtt.subscribeAsync("#", { qos: 0 })
    const meter = await connect("meter")
    const denied: Array<string> = []
    const qos = version === 5 ? 1 : 0
    await Promise.all(
      aclTopics.map(({ topic }) =>
        meter.mqtt.publishAsync(topic, "x", { qos }).catch((error: unknown) => {
          assert.strictEqual(codeOf(error), 0x87)
          denied.push(topic)
        })
      )
    )
    await meter.mqtt.publishAsync("tele/acl/last", "last", { qos: 1 })
    const expected = aclTopics.filter(({ device }) => device.publish).map(({ topic }) => topic)
    await reader.has(expected.length + 1)
    assert.deepStrictEqual(reader.got.map(({ topic }) => topic).sort(), [...expected, "tele/acl/last"].sort())
    if (version === 5) assert.strictEqual(denied.length, aclTopics.length - expected.length)
    await Promise.all([reader.end(), meter.end()])
  })

  it("hands a device only its commands, whatever it subscribes to", async () => {
    const meter = await connect("meter")
    const filters = ["#", "devices/+/commands", ...aclTopics.map(({ topic }) => topic)]
    for (let i = 0; i < filters.length; i += 50) {
      // A refusal of one filter is no failure of the others.
      await meter.mqtt.subscribeAsync(filters.slice(i, i + 50), { qos: 1 }).catch(() => undefined)
    }
    await meter.mqtt.subscribeAsync("devices/meter-1/commands", { qos: 1 })
    const program = await connect("program")
    for (const topic of ["devices/other-1/commands", "devices/other-2/readings", "tele/plug-0/SENSOR"]) {
      await program.mqtt.publishAsync(topic, "not for you", { qos: 1 })
    }
    await program.mqtt.publishAsync("devices/meter-1/commands", "for you", { qos: 1 })
    await meter.has(1)
    assert.strictEqual(meter.got[0]?.text, "for you")
    assert.isTrue(meter.got.every(({ topic }) => topic === "devices/meter-1/commands"))
    await Promise.all([meter.end(), program.end()])
  })
}

const loginOf = (user: string): ReadonlyArray<string> => ["-u", user, "-P", `secret-${user}`]

/** The clients of mosquitto itself. */
const tools = (address: () => Address): void => {
  it.each(["mqttv311", "mqttv5"])("serves mosquitto_pub and mosquitto_sub with %s", async (protocol) => {
    const topic = `tele/tools/${protocol}`
    const version = ["-V", protocol]
    for (const qos of ["0", "1", "2"]) {
      const words = [...loginOf("meter"), ...version, "-t", topic, "-q", qos, "-m", `m${qos}`, "-r"]
      const published = await runTool("mosquitto_pub", address(), words).done
      assert.strictEqual(published.code, 0, published.out)
      const asked = [
        ...loginOf("program"),
        ...version,
        "-t",
        `${topic}/#`,
        "-q",
        qos,
        "-C",
        "1",
        "-W",
        "5",
        "-v"
      ]
      const heard = await runTool("mosquitto_sub", address(), asked).done
      assert.strictEqual(heard.out.trim(), `${topic} m${qos}`)
    }
  })

  it("publishes the will of a mosquitto_sub that is killed", async () => {
    const reader = await connectClient(address(), "tcp", { protocolVersion: 5, password: "secret-program" })
    await reader.mqtt.subscribeAsync("devices/meter-1/status", { qos: 1 })
    const will = ["--will-topic", "devices/meter-1/status", "--will-payload", "gone", "--will-qos", "1"]
    const words = [...loginOf("meter"), "-t", "devices/meter-1/commands", ...will]
    const { child, done } = runTool("mosquitto_sub", address(), words)
    const heard = new Promise((resolve) => child.stdout?.once("data", resolve))
    const command = { qos: 1, retain: true } as const
    await reader.mqtt.publishAsync("devices/meter-1/commands", "hello", command)
    await heard
    child.kill("SIGKILL")
    await done
    await reader.has(1)
    assert.strictEqual(reader.got[0]?.text, "gone")
    await reader.mqtt.publishAsync("devices/meter-1/commands", "", command)
    await reader.end()
  })

  it("tells mosquitto_pub that its password is wrong", async () => {
    const words = ["-u", "meter", "-P", "wrong", "-t", "tele/x", "-m", "x", "-q", "1"]
    const { code, out } = await runTool("mosquitto_pub", address(), words).done
    assert.notStrictEqual(code, 0)
    assert.match(out, /not authori[sz]ed|bad user ?name/i)
  })
}

/** What a broker that devices of ours talk to must do, ours and others alike. */
export const mqttSuite = (name: string, start: () => Promise<Target>): void => {
  describe(name, () => {
    let target: Target | undefined
    const address = (): Target => {
      if (target === undefined) throw new Error("the broker does not run")
      return target
    }
    beforeAll(async () => {
      target = await start()
    })
    afterAll(async () => {
      await target?.close()
    })
    for (const carrier of ["tcp", "websocket"] as const satisfies ReadonlyArray<Carrier>) {
      for (const version of [4, 5] as const) {
        describe(`MQTT ${version === 4 ? "3.1.1" : "5"} over ${carrier}`, () => {
          const connect: Connect = (user, given = {}) =>
            connectClient(address(), carrier, {
              protocolVersion: version,
              password: `secret-${user}`,
              ...given
            })
          basics(connect, version, `${carrier}${version}`)
          accessControl(connect, version)
        })
      }
    }
    describe("the clients of mosquitto", () => tools(address))
  })
}
