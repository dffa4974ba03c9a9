import type { Message } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { type Format, formats } from "../src/index.ts"

/** The longest payload that is looked into. */
const size = 262_144
const longestMs = 50

const filled = (start: string, part: string, end: string): string =>
  start + part.repeat(Math.max(0, Math.floor((size - start.length - end.length) / part.length))) + end

const numbered = (start: string, part: (n: number) => string, end: string): string => {
  const parts: Array<string> = []
  for (let n = 0, length = 0; length < size - 200; n++) {
    const text = part(n)
    parts.push(text)
    length += text.length + 1
  }
  return start + parts.join(",") + end
}

/** Payloads as long as any that is looked into, each meant for something that could take its time. */
const payloads: ReadonlyArray<readonly [string, string]> = [
  ["zeros", filled("", "\u0000", "")],
  ["blanks", filled("{", " ", "}")],
  ["blanks in an array of nan", filled("[", "nan,  ", "nan]")],
  ["colons", filled("", ":", "")],
  ["colons and blanks", filled("", ": ", "")],
  ["open brackets", filled("", "[", "")],
  ["brackets", `${"[".repeat(size / 2)}${"]".repeat(size / 2)}`],
  ["objects", `${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`],
  ["numbers", filled("[", "1,", "1]")],
  ["members", numbered("{", (n) => `"m${n}":${n}`, "}")],
  ["objects of members", numbered("{", (n) => `"m${n}":{"a":1,"b":2}`, "}")],
  ["records", numbered("[", (n) => `{"n":"a${n}:p","u":"W","v":1,"power":${n}}`, "]")],
  [
    "devices",
    numbered("[", (n) => `{"friendly_name":"d${n}","definition":{"exposes":[{"property":"p"}]}}`, "]")
  ],
  ["one long text", filled('{"Time":"', "1", '"}')],
  ["one long name", filled('{"', "a", '":1}')],
  ["one long number", filled("", "9", "")],
  ["lines of a telegram", filled("/X\r\n", "1-0:1.8.1(000001.000*kWh)\r\n", "!")],
  ["groups of a telegram", filled("/X\r\n1-0:1.8.1", "(1)", "\r\n!")],
  ["exclamation marks", filled("/", "!", "")],
  ["slashes", filled("", "/", "")],
  ["lines", filled("", "m,t=v f=1 1700000000\n", "")],
  ["one line of fields", numbered("m ", (n) => `f${n}=${n}`, "")],
  ["commas", filled("", ",", "")],
  ["a template", filled('{"stat_t":"a","uniq_id":"b","val_tpl":"{{ ', "value_json.a | float + ", '1 }}"}')]
]

const topicsOf = ({ words }: Format): ReadonlyArray<string> => [
  ...new Set(words.examples.map(({ topic }) => topic))
]

/** Processor time, the least of some runs: how busy the machine is does not count. */
const least = (run: () => void): number => {
  let best = Number.POSITIVE_INFINITY
  for (let n = 0; n < 5 && best > longestMs; n++) {
    const start = process.cpuUsage()
    run()
    const { system, user } = process.cpuUsage(start)
    best = Math.min(best, (system + user) / 1000)
  }
  return best
}

describe("every format", () => {
  it.each(payloads)("reads the longest payload of %s without waiting", { timeout: 120_000 }, (_, text) => {
    const payload = new TextEncoder().encode(text)
    for (const format of formats) {
      for (const topic of topicsOf(format)) {
        const message: Message = {
          carrier: "mqtt",
          topic,
          payload,
          receivedAt: 1_780_000_000_000 as Message["receivedAt"],
          isRetained: false
        }
        const ms = least(() => {
          format.makeReader().read(message)
        })
        assert.isAtMost(ms, longestMs, `${format.id} at ${topic}`)
      }
    }
  })

  it("matches long topics without waiting", () => {
    const long = ["/".repeat(60_000), "a/".repeat(30_000), `N/${"a/".repeat(30_000)}`, "a".repeat(65_000)]
    for (const text of ["/", "a/", "a", "tele/", "N/a/1/"])
      long.push(text.repeat(Math.floor(1_000 / text.length)))
    for (const { id, makeReader } of formats) {
      for (const topic of long) {
        const payload = new TextEncoder().encode('{"value":1}')
        const message = { carrier: "mqtt", topic, payload, receivedAt: 0, isRetained: false } as const
        const ms = least(() => {
          makeReader().read({ ...message, receivedAt: 0 as Message["receivedAt"] })
        })
        assert.isAtMost(ms, longestMs, id)
      }
    }
  })
})
