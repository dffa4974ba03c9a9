import type { Heard } from "@wattkit/client"
import { assert, describe, it } from "vitest"
import { heardTable } from "./heardTable.ts"

const now = Date.parse("2026-06-01T10:00:00Z")
const before = (seconds: number) => new Date(now - seconds * 1000).toISOString()

const heard = (over: Partial<Heard> & { readonly subject: string }): Heard => ({
  format: "tasmota",
  firstAt: before(100),
  lastAt: before(0),
  count: 11,
  channels: [
    { channel: "main", quantities: { powerW: 412.31, importWh: 12_500, voltageV: 230 }, unknown: {} }
  ],
  binding: null,
  ...over
})

const binding = {
  format: "tasmota",
  subject: "bath",
  deviceId: "plug-1",
  channel: "main",
  fields: {},
  createdAt: before(0)
} as const

const rows = [
  heard({ subject: "bath", binding }),
  heard({
    subject: "kitchen light",
    count: 1,
    lastAt: before(100),
    channels: [
      { channel: "l1", quantities: { powerW: -1.5 }, unknown: {} },
      { channel: "l2", quantities: {}, unknown: { Flow: 3, Total: 4, Uptime: 5, Heap: 6 } }
    ]
  })
]

describe("the table of who was heard", () => {
  it("reads at a glance", () => {
    const expected = [
      "FORMAT   SUBJECT        SAYS                                  EVERY             " +
        "MISSING                                           BOUND TO",
      "tasmota  bath           412.3 W, 12.5 kWh imported, 230 V     10 s              " +
        "nothing                                           plug-1",
      "tasmota  kitchen light  l1: -1.5 W                            once, 100 s ago   " +
        "a device: adopt it                                –",
      "                        l2: Flow 3, Total 4, Uptime 5, Heap 6                   " +
        "what Flow, Total, Uptime and 1 more mean",
      " ".repeat(80) + "an energy register: energy is estimated from power",
      "",
      "Adopt one, for example:  wattkit devices adopt tasmota 'kitchen light' --name 'kitchen light'",
      "If you know what a number means, say so with it:  --field 'Flow=importWh*1000'"
    ]
    const squeezed = (text: string) => text.replace(/ {2,}/g, "  ")
    assert.strictEqual(squeezed(heardTable(rows, now, 200)), squeezed(expected.join("\n")))
  })

  it.each([140, 100, 80])("keeps to %s columns where it can, and loses nothing", (width) => {
    const text = heardTable(rows, now, width)
    const [table = ""] = text.split("\n\n")
    for (const line of table.split("\n")) assert.isAtMost(line.length, width)
    for (const word of ["kitchen", "estimated", "imported,", "plug-1"]) assert.include(table, word)
  })

  it("says since when somebody is silent", () => {
    const silent = heard({ subject: "attic", firstAt: before(7_300), lastAt: before(7_200) })
    assert.match(heardTable([silent], now, 200), /10 s +.*\n.*last 2 h ago/)
  })

  it("lets nobody write to the terminal what is no text", () => {
    const evil = heard({ subject: "a\u001b[2Jb\u202e\r\nc'; rm -rf ~; '" })
    const text = heardTable([evil], now, 200)
    for (const sign of ["\u001b", "\r", "\u202e"]) assert.notInclude(text, sign)
    assert.include(text, "a?[2Jb")
    assert.include(text, "'\\''; rm -rf ~; '\\'''")
  })

  it("says what a number probably means", () => {
    const channels = [{ channel: "main", quantities: {}, unknown: { energy_kwh: 3, Flow: 1 } }]
    const text = heardTable([heard({ subject: "x", channels })], now, 200)
    assert.include(text, "adopt tasmota x --name x --field 'energy_kwh=importWh*1000'")
    assert.notInclude(text, "--field Flow")
  })

  it("tells the same in the same order, and asks for no meaning of what has none here", () => {
    const channels = [
      {
        channel: "main",
        quantities: { voltageV: 230, exportWh: 5, importWh: 4, powerW: 3 },
        unknown: { gas_m3: 7, ApparentPower: 8, energy_today: 9 }
      }
    ]
    const text = heardTable([heard({ subject: "x", channels })], now, 200)
    assert.include(
      text,
      "3 W, 4 Wh imported, 5 Wh exported, 230 V, gas_m3 7, ApparentPower 8, energy_today 9"
    )
    assert.notMatch(text, /what|--field/)
  })

  it("says that nobody was heard", () => {
    assert.strictEqual(heardTable([], now, 80), "nobody was heard yet")
  })
})
