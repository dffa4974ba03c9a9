import { LocalDate } from "@wattkit/core"
import { Speaking } from "@wattkit/testkit/simulate"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Adopted } from "../src/cli/devices/adopt.ts"
import { startServer, type TestServer } from "./fixtures/inProcess.ts"
import {
  adoptAll,
  type Cell,
  dayOf,
  netOf,
  powersOff,
  receive,
  spikesIn,
  totalsOff,
  unmeteredWh,
  usageOf
} from "./fixtures/speakingHouse.ts"

const minute = 60_000
const hour = 60 * minute

/** What only its owner knows. */
const fields = { head: ["Einspeisung=exportWh*1000"] }

describe.each([
  ["a Friday in summer", "2026-06-19", 24],
  ["the Sunday on which the clocks are set back", "2026-10-25", 25]
] as const)("a house that speaks as its devices do, on %s", (_, date, hours) => {
  const { end, house, start } = dayOf(LocalDate.fromStringOrThrow(date), 11)
  const told = Speaking.truth(house, { from: start, until: end })
  const nameOf = ({ channel, format, subject }: Speaking.Truth) => `${format} ${subject} ${channel}`
  let server: TestServer
  let adopted: ReadonlyMap<string, Adopted>

  const idOf = ({ format, subject }: Pick<Speaking.Truth, "format" | "subject">): string =>
    adopted.get(`${format} ${subject}`)?.device.id ?? "nobody"

  const cellsOf = async (truth: Speaking.Truth, resolution: "15m" | "1d") => {
    const all = await usageOf(server, idOf(truth), { start, end }, resolution)
    return all.filter(({ channel }) => channel === truth.channel)
  }

  beforeAll(async () => {
    server = await startServer()
    const body = { id: "house", name: "House", kind: "house", zone: house.zone, currency: "EUR" }
    await server.call("POST", "/v1/locations", { body })
    const spoken = Speaking.speak(house, { from: start - 20 * minute, until: end + 20 * minute })
    const cuts = [start + 8 * hour + 30_000, start + 20 * hour + 30_000]
    const carried = [...Speaking.carry(spoken, { cuts, oneTwiceIn: 37 })]
    const strangers = carried.findIndex(({ at }) => at > start - 6 * minute)
    await receive(server, carried.slice(0, strangers))
    adopted = await adoptAll(server, fields)
    await receive(server, carried.slice(strangers))
  }, 240_000)

  afterAll(() => server.close())

  it("is a day of so many hours", () => {
    assert.strictEqual(end - start, hours * hour)
  })

  it("is heard, and adopted with all it said before", () => {
    const subjects = new Set(told.map(({ format, subject }) => `${format} ${subject}`))
    assert.deepStrictEqual([...adopted.keys()].sort(), [...subjects].sort())
    for (const [name, { accepted, replayed, waiting }] of adopted) {
      assert.isAbove(replayed, 0, name)
      assert.isAbove(accepted, 0, name)
      assert.deepStrictEqual(waiting, [], name)
    }
  })

  it("ends with the totals of truth", async () => {
    const wrong: Array<string> = []
    for (const truth of told) {
      const [day] = await cellsOf(truth, "1d")
      wrong.push(...totalsOff(truth, day).map((what) => `${nameOf(truth)}: ${what}; ${truth.why}`))
      if ((day?.coverage ?? 0) < 0.99) wrong.push(`${nameOf(truth)}: ${day?.coverage} of the day measured`)
    }
    assert.deepStrictEqual(wrong, [])
  })

  it("books no spike in any quarter hour, and says what registers did", async () => {
    const wrong: Array<string> = []
    const events: Record<string, ReadonlyArray<string>> = {}
    for (const truth of told) {
      const cells = await cellsOf(truth, "15m")
      wrong.push(...spikesIn(truth, cells).map((what) => `${nameOf(truth)}: ${what}`))
      const noted = [...new Set(cells.flatMap((cell) => cell.events))].sort()
      if (noted.length > 0) events[nameOf(truth)] = noted
    }
    assert.deepStrictEqual(wrong, [])
    assert.deepStrictEqual(events, {
      // Its yield was zero now and then at night: left out.
      "ahoydtu garage main": ["glitch"],
      // Somebody set its counter to 24 MWh: held until he says what it was.
      "tasmota dishwasher main": ["held"],
      // Somebody set it back to zero: it counts from there.
      "tasmota washer main": ["reset"]
    })
  })

  it("shows the powers of truth", async () => {
    const all: Array<string> = []
    for (const truth of told) {
      const { count, late, wrong } = await powersOff(server, idOf(truth), truth, { start, end })
      // What is handed on again counts when it arrives, unless it has a time of its own.
      if (wrong.length > 0 || count < 200 || late > count / 50) {
        all.push(`${nameOf(truth)}: of ${count} powers ${late} are late and ${wrong.length} wrong`)
      }
    }
    assert.deepStrictEqual(all, [])
  })

  it("takes and gives as much as its parts together", async () => {
    const cells = new Map<string, Cell>()
    for (const truth of told) {
      const name = nameOf(truth)
      const [day, ...more] = await cellsOf(truth, "1d")
      assert.isTrue(day !== undefined && more.length === 0, name)
      if (day !== undefined) cells.set(name, day)
      const quarters = await cellsOf(truth, "15m")
      assert.strictEqual(quarters.length, hours * 4, name)
      const sum = quarters.reduce((total, cell) => total + Math.round(netOf(cell) * 1_000), 0)
      assert.strictEqual(sum, Math.round(netOf(day) * 1_000), name)
    }
    const net = (...names: ReadonlyArray<string>) =>
      names.reduce((sum, name) => sum + netOf(cells.get(name)), 0)
    const inside = net(
      "shelly-gen2 shellyplus1pm-kitchen switch:0",
      "tasmota washer main",
      "tasmota board 2",
      "tasmota board 3",
      "shelly-gen2 shellypmmini-battery pm1:0",
      "homeassistant pump main",
      "opendtu 116180212345 main",
      "ahoydtu garage main"
    )
    // A watt-hour each, ten of the pump, and what the washer used before its counter was set back.
    const untold = told.find((truth) => nameOf(truth) === "tasmota washer main")?.untoldWh ?? 0
    const grid = net("shelly-gen2 shellypro3em-grid main")
    assert.closeTo(grid - inside - unmeteredWh(house, { start, end }), 0, 16 + untold)
  })

  it("leaves no message unread but those that are not sound", async () => {
    const { data } = await server.call<ReadonlyArray<{ reason: string; topic: string; detail: string }>>(
      "GET",
      "/v1/dead-letters?limit=500"
    )
    assert.deepStrictEqual([...new Set(data.map(({ reason, topic }) => `${reason} ${topic}`))].sort(), [
      // Damaged on its way.
      "malformed meter/telegram",
      // The thermometer that was taken away had a last word.
      "unbound pumps/heat/outdoor"
    ])
    const waiting = await server.call<ReadonlyArray<unknown>>("GET", "/v1/quarantine?limit=10")
    assert.deepStrictEqual(waiting.data, [])
  })
})
