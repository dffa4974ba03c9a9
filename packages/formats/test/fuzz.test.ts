import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { ChannelName, Instant, type Message, quantities, Subject } from "@wattkit/core"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { formats, type Reader, type Told } from "../src/index.ts"
import { brokenMessage } from "./Mutation.ts"

// WATTKIT_TEST_FUZZ=1000000 runs as many cases as one wants, others each time. Without it they are always the
// same.
const wanted = process.env["WATTKIT_TEST_FUZZ"]
const cases = Number(wanted ?? "20000")
const longestMs = 50
/** Memories fill up to what they hold at most; what keeps a part of each message grows beyond this. */
const mostGrowthBytes = 4 * 1_048_576 + 8 * cases

const isSubject = Schema.is(Subject)
const isChannel = Schema.is(ChannelName)
const isInstant = Schema.is(Instant.Instant)
const known = new Set<string>(quantities)

/** Throws where a reader said something that no engine could take. */
const check = (told: Told): void => {
  if (told.kind === "status") assert.isTrue(isSubject(told.subject), told.subject)
  if (told.kind === "described") for (const one of told.subjects) assert.isTrue(isSubject(one), one)
  if (told.kind !== "readings") return
  assert.isAbove(told.said.length, 0)
  for (const { at, channel, quantities: said, subject, unknown } of told.said) {
    assert.isTrue(isSubject(subject), subject)
    assert.isTrue(isChannel(channel), channel)
    assert.isTrue(at === undefined || isInstant(at), String(at))
    for (const [name, value] of Object.entries(said))
      assert.isTrue(known.has(name) && Number.isFinite(value), name)
    const others = Object.entries(unknown)
    assert.isAtMost(others.length, 32)
    for (const [name, value] of others) {
      assert.match(name, /^[A-Za-z][A-Za-z0-9_]{0,63}$/)
      assert.isTrue(Number.isFinite(value), name)
    }
    assert.isAbove(Object.keys(said).length + others.length, 0)
  }
}

const timed = (reader: Reader, message: Message): number => {
  const start = process.cpuUsage()
  reader.read(message)
  const { system, user } = process.cpuUsage(start)
  return (system + user) / 1000
}

/** A pause of the machine is no fault of a reader: what is slow takes the processor each time. */
const isSlow = (make: () => Reader, message: Message): boolean =>
  [1, 2, 3, 4, 5].every(() => timed(make(), message) > longestMs)

const collected = (): number => {
  setFlagsFromString("--expose-gc")
  const collect: unknown = runInNewContext("gc")
  if (typeof collect === "function") collect()
  return process.memoryUsage().heapUsed
}

describe("every format", () => {
  it(`reads ${cases} broken messages without throwing, waiting or growing`, { timeout: 3_600_000 }, () => {
    const readers = formats.map(({ id, makeReader }) => ({ id, makeReader, reader: makeReader() }))
    let run = 0
    let atHalf = 0
    let understood = 0
    fc.assert(
      fc.property(brokenMessage, (message) => {
        for (const { id, makeReader, reader } of readers) {
          const start = performance.now()
          const told = reader.read(message)
          const slow = performance.now() - start > longestMs && isSlow(makeReader, message)
          assert.isFalse(slow, `${id} takes more than ${longestMs} ms`)
          if (told === undefined) continue
          if (told.kind === "readings") understood++
          check(told)
        }
        if (++run === Math.floor(cases / 2)) atHalf = collected()
      }),
      { numRuns: cases, endOnFailure: cases > 100_000, ...(wanted === undefined ? { seed: 20_260_601 } : {}) }
    )
    for (const { reader } of readers) reader.requests?.()
    // Were nearly nothing understood any more, nothing would be tested.
    assert.isAbove(understood, cases / 20)
    assert.isBelow(collected() - atHalf, mostGrowthBytes)
  })
})
