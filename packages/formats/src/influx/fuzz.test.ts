import { Instant } from "@wattkit/core"
import { assert, describe, it } from "vitest"
import { emoncms } from "../emoncms/emoncms.ts"
import { arrival } from "../exampleTests.fixture.ts"
import type { Format, Reader } from "../Format.ts"
import { homeAssistant } from "../homeassistant/homeassistant.ts"
import type { Said } from "../Said.ts"
import { thingsboard } from "../thingsboard/thingsboard.ts"
import { thingspeak } from "../thingspeak/thingspeak.ts"
import { influx } from "./influx.ts"

const formats: ReadonlyArray<Format> = [influx, emoncms, thingsboard, thingspeak, homeAssistant]
const runs = Number(process.env["WATTKIT_TEST_FUZZ"] ?? 20_000)

/** Numbers of chance that are the same in every run. */
const chance = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const bits = (
  '{ } [ ] , : " \\ = # | null true NaN 1e999 -1 0 99999999999999999999 __proto__ constructor toString ' +
  "{{ }} {% %} value_json | float(0) is defined ~ / & + % %zz ä \ud83d \u0000 \r\n \n created_at delta_t ts"
).split(" ")

const mutated = (text: string, next: (below: number) => number): Uint8Array => {
  let whole = text
  for (let left = 1 + next(4); left > 0; left--) {
    const at = next(whole.length + 1)
    const length = next(6)
    const bit = bits[next(bits.length)]!
    const kind = next(5)
    if (kind === 0) whole = whole.slice(0, at) + whole.slice(at + length)
    else if (kind === 1) whole = whole.slice(0, at) + bit + whole.slice(at)
    else if (kind === 2) whole = whole.slice(0, at) + bit + whole.slice(at + length)
    else if (kind === 3)
      whole = whole.slice(0, at) + whole.slice(at, at + 40).repeat(1 + next(4)) + whole.slice(at + 40)
    else whole = whole.slice(0, at)
  }
  const bytes = new TextEncoder().encode(whole)
  if (next(10) === 0 && bytes.length > 0) bytes[next(bytes.length)] = next(256)
  return bytes
}

const check = ({ at, channel, quantities, subject, unknown }: Said): void => {
  assert.isTrue(subject.length >= 1 && subject.length <= 256, subject)
  assert.match(channel, /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,64}$/)
  if (at !== undefined)
    assert.isTrue(at >= Instant.MIN_MILLIS && at <= Instant.MAX_MILLIS && Number.isInteger(at))
  const numbers = [...Object.values(quantities), ...Object.values(unknown)]
  assert.isNotEmpty(numbers)
  for (const number of numbers) assert.isTrue(Number.isFinite(number))
  assert.isAtMost(Object.keys(unknown).length, 32)
  for (const name of Object.keys(unknown)) assert.match(name, /^[A-Za-z][A-Za-z0-9_]{0,63}$/)
}

const run = (format: Format, count: number): Record<string, number> => {
  const next = chance(count)
  const { examples } = format.words
  const told: Record<string, number> = {}
  let reader: Reader = format.makeReader()
  for (let i = 0; i < count; i++) {
    if (i % 500 === 0) reader = format.makeReader()
    const { payload, topic } = examples[next(examples.length)]!
    const message = {
      carrier: topic.startsWith("/") ? ("http" as const) : ("mqtt" as const),
      topic: next(20) === 0 ? topic.slice(0, next(topic.length + 1)) + bits[next(bits.length)]! : topic,
      payload: next(4) === 0 ? new TextEncoder().encode(payload) : mutated(payload, next),
      receivedAt: arrival,
      isRetained: next(10) === 0
    }
    const begun = performance.now()
    const found = reader.read(message)
    const took = performance.now() - begun
    // A single pause may be the machine's; a payload that is slow is slow again.
    if (took > 50) {
      const again = performance.now()
      reader.read(message)
      assert.isBelow(performance.now() - again, 50, new TextDecoder().decode(message.payload))
    }
    const kind = found?.kind ?? "other"
    told[kind] = (told[kind] ?? 0) + 1
    if (found?.kind === "readings") for (const said of found.said) check(said)
  }
  return told
}

describe("mutated payloads", () => {
  for (const format of formats) {
    it(`${format.id} throws for none, and what it reads can be stored`, { timeout: 20_000 + runs }, () => {
      const told = run(format, Math.ceil(runs / formats.length))
      assert.isAbove(told["readings"] ?? 0, 0)
      assert.isAbove(told["malformed"] ?? 0, 0)
    })
  }
})
