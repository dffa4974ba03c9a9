import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Call, makeCall } from "./fixtures/call.ts"
import { temporaryFolder } from "./fixtures/inProcess.ts"
import { type Mosquitto, startMosquitto } from "./fixtures/ordeal/Mosquitto.ts"
import { type HousePublisher, publishHouse } from "./fixtures/publishHouse.ts"
import { freePort, keyIn, type ServerProcess, start } from "./fixtures/serverProcess.ts"

/** Completes when a process says these words on one of its outputs. */
const says = (child: ServerProcess, output: "stdout" | "stderr", words: string) =>
  new Promise<void>((resolve, reject) => {
    child.process[output]?.on("data", (chunk) => String(chunk).includes(words) && resolve())
    void child.ended.then(({ err, out }) => reject(new Error(`it ended without "${words}": ${out}${err}`)))
  })

/** Asks again and again, for at most so long. */
const until = async <A>(ask: () => Promise<A | undefined>): Promise<A> => {
  for (let tries = 0; tries < 100; tries++) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error("it did not come to pass")
}

const isSubscribed = async (call: Call): Promise<boolean> => {
  const { text } = await call("GET", "/health/ready")
  return /"mqttSubscriber":\{[^}]*"status":"up"/.test(text)
}

/** The table without how often somebody speaks, which depends on the machine, and without its columns. */
const withoutPace = (out: string): ReadonlyArray<string> =>
  out.split("\n").map((line) => line.replace(/ {2,}[\d.]+ s\b/, "  … s").replace(/ {2,}/g, "  "))

const expected = readFileSync(join(import.meta.dirname, "fixtures", "sniffed.txt"), "utf8").split("\n")

describe("mosquitto with a house that speaks", () => {
  const folder = temporaryFolder()
  let mosquitto: Mosquitto
  let house: HousePublisher
  let url: string

  beforeAll(async () => {
    mosquitto = await startMosquitto()
    url = `mqtt://127.0.0.1:${mosquitto.port}`
    house = await publishHouse(url)
  })

  afterAll(async () => {
    await house.close()
    await mosquitto.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it("is shown as a table that a person understands", async () => {
    const sniff = start(["devices", "sniff", "--mqtt", url, "--seconds", "8"])
    await says(sniff, "stderr", "Listening at mqtt://")
    await house.speak(11)
    const { code, out } = await sniff.ended
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(withoutPace(out), expected)
    assert.isAtMost(Math.max(...out.split("\n").map(({ length }) => length)), 140)
  })

  it("is stored from the moment it is adopted", async () => {
    const port = await freePort()
    const server = `http://127.0.0.1:${port}`
    const args = ["serve", "--no-demo", "--port", String(port), "--data-dir", join(folder, "data")]
    const first = start(args, { WATTKIT_MQTT_PORT: "off" })
    const key = keyIn(await first.ready)
    const call = makeCall(server, key)
    const body = { id: "house", name: "House", kind: "house", zone: "Europe/Berlin", currency: "EUR" }
    await call("POST", "/v1/locations", { body })
    first.process.kill("SIGTERM")
    await first.ended
    const second = start(args, { WATTKIT_MQTT_URL: url, WATTKIT_MQTT_KEY: key })
    await second.ready
    const devices = (...words: ReadonlyArray<string>) =>
      start(["devices", ...words, "--url", server], { WATTKIT_KEY: key }).ended
    try {
      await until(async () => (await isSubscribed(call)) || undefined)
      await house.speak(6)
      const adoption = ["adopt", "tasmota", "head", "--name", "Grid meter", "--role", "grid"]
      const heard = await until(async () => {
        const { out } = await devices("sniff")
        return /tasmota +head/.test(out) ? out : undefined
      })
      assert.match(heard, /tasmota +head +-?[\d,]+ W, [\d,.]+ kWh imported, Einspeisung [\d,.]+/)
      const adopted = await devices(...adoption, "--field", "Einspeisung=exportWh*1000")
      assert.match(adopted.out, /^registered {2}dev_\w+ "Grid meter" at House$/m, adopted.err)
      assert.match(adopted.out, /^bound {7}tasmota head → dev_\w+\/main$/m)
      assert.match(adopted.out, /^replayed {4}6 messages: 6 readings stored, 0 duplicates$/m)
      const id = /dev_\w+/.exec(adopted.out)?.[0] ?? ""
      const path = `/v1/devices/${id}/energy/readings`
      const readings = async () => (await call<ReadonlyArray<Record<string, number>>>("GET", path)).data
      assert.strictEqual((await readings()).length, 6)
      await house.speak(3)
      const stored = await until(async () => {
        const found = await readings()
        return found.length >= 9 ? found : undefined
      })
      assert.strictEqual(stored.length, 9)
      for (const reading of stored) {
        assert.includeMembers(Object.keys(reading), ["powerW", "importWh", "exportWh"])
        assert.isAbove(reading["exportWh"] ?? 0, 16_000_000)
      }
      assert.match((await devices("sniff")).out, new RegExp(`tasmota +head .* ${id}`))
    } finally {
      second.process.kill("SIGTERM")
      await second.ended
    }
  })

  it("speaks at whatever broker, for those who have no such house", async () => {
    const simulate = start(["simulate", "--mqtt", url.replace("//", "//me:secret@"), "--speed", "600"])
    try {
      await says(simulate, "stdout", "A simulated house speaks at mqtt://127.0.0.1")
      const { out } = await start(["devices", "sniff", "--mqtt", url, "--seconds", "4"]).ended
      assert.match(out, /tasmota +head .* imported, Einspeisung /)
      assert.match(out, /dsmr +E0043007052870318 .* kWh imported, .* kWh exported/)
    } finally {
      simulate.process.kill("SIGINT")
    }
    const ended = await simulate.ended
    assert.notMatch(ended.out + ended.err, /secret/)
    const refused = await start(["simulate", "--mqtt", url, "--speed", "0.5"]).ended
    assert.strictEqual(refused.err, "wattkit: --speed must be 1 or more.\n")
  })
})
