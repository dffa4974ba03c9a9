import { assert, describe, it } from "vitest"
import { say, testExamples } from "../../exampleTests.fixture.ts"
import { crc16 } from "./crc16.ts"
import { dsmr } from "./dsmr.ts"
import { telegramTime } from "./telegramTime.ts"

const read = (payload: string, topic = "meter/telegram") => say(dsmr.makeReader(), topic, payload)
const telegram = (...lines: ReadonlyArray<string>) => ["/XMX5", "", ...lines, "!"].join("\r\n")
const withSum = (text: string) => text + crc16(text).toString(16).toUpperCase().padStart(4, "0")

const utc = (text: string): string | undefined => {
  const at = telegramTime(text)
  return at === undefined ? undefined : new Date(at).toISOString()
}

describe("dsmr", () => {
  testExamples(dsmr)

  it("knows the checksum", () => {
    assert.strictEqual(crc16("123456789"), 0xbb3d)
  })

  it("holds a telegram against its checksum, whatever became of its line ends", () => {
    const sound = withSum(telegram("1-0:1.7.0(00.412*kW)", "1-0:2.7.0(00.000*kW)"))
    assert.strictEqual(read(sound), "meter main: powerW 412")
    assert.strictEqual(read(sound.replaceAll("\r\n", "\n")), "meter main: powerW 412")
    assert.strictEqual(read(`noise${sound}\r\n`), "meter main: powerW 412")
    assert.strictEqual(read(sound.replace("412", "413")), "malformed: has a wrong checksum")
  })

  it("adds tariffs up only when both are there", () => {
    const first = "1-0:1.8.1(000001.500*kWh)"
    const second = "1-0:1.8.2(000002.250*kWh)"
    assert.strictEqual(read(telegram(first, second)), "meter main: importWh 3750")
    assert.strictEqual(read(telegram(first)), "nothing: holds no values")
    assert.strictEqual(read(telegram("1-0:1.8.0(000005.000*kWh)", first)), "meter main: importWh 5000")
  })

  it("takes the difference of both directions of power, phase by phase too", () => {
    assert.strictEqual(
      read(telegram("1-0:1.7.0(00.100*kW)", "1-0:2.7.0(00.400*kW)", "1-0:41.7.0(00.200*kW)")),
      "meter main: powerW -300\nmeter l2: powerW 200"
    )
  })

  it("tells apart the hour that comes twice, and the one that never comes", () => {
    assert.strictEqual(utc("261025023000S"), "2026-10-25T00:30:00.000Z")
    assert.strictEqual(utc("261025023000W"), "2026-10-25T01:30:00.000Z")
    assert.strictEqual(utc("260701120000"), "2026-07-01T10:00:00.000Z")
    assert.strictEqual(utc("260101120000"), "2026-01-01T11:00:00.000Z")
    assert.strictEqual(utc("261025023000"), "2026-10-25T00:30:00.000Z")
    assert.strictEqual(utc("261325023000S"), undefined)
    assert.strictEqual(utc("2610250230"), undefined)
  })

  it("reads the gas of telegrams before version 4, whose value has a line of its own", () => {
    const gas = ["0-1:24.1.0(03)", "0-1:24.3.0(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)", "(00123.456)"]
    assert.strictEqual(read(telegram(...gas)), "meter gas: gas_m3 123.456? at 2012-10-30T13:00:00Z")
  })

  it("reads water and heat, and of each kind the first", () => {
    const lines = [
      "0-1:24.1.0(007)",
      "0-1:24.2.1(260701110000S)(00012.345*m3)",
      "0-2:24.1.0(012)",
      "0-2:24.2.1(260701110000S)(1.5*GJ)",
      "0-3:24.1.0(007)",
      "0-3:24.2.1(260701110000S)(9*m3)"
    ]
    assert.strictEqual(
      read(telegram(...lines)),
      "meter water: water_m3 12.345? at 2026-07-01T09:00:00Z\nmeter heat: heat_gj 1.5? at " +
        "2026-07-01T09:00:00Z"
    )
  })

  it("says what is no telegram", () => {
    assert.strictEqual(read("1-0:1.7.0(1*kW)"), "malformed: has no telegram from / to !")
    assert.strictEqual(read(""), "nothing: is empty")
    assert.strictEqual(read("anything", "camera/raw"), "not of this format")
    assert.strictEqual(read("/x!", "a/b/c/d/raw"), "not of this format")
  })
})
