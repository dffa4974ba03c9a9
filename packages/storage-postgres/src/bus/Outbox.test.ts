import { assert, describe, it } from "@effect/vitest"
import { DeviceId, type Instant, LocationId, mainChannel, type StoredReadings, TenantId } from "@wattkit/core"
import { Inbox } from "./Inbox.ts"
import * as Notification from "./Notification.ts"
import { Outbox } from "./Outbox.ts"
import * as Wire from "./wire.ts"

const news = (i: number, readings = 1): StoredReadings => ({
  tenantId: TenantId.make("t"),
  locationId: LocationId.make(`l${i}`),
  readings: Array.from({ length: readings }, (_, at) => ({
    deviceId: DeviceId.make("d"),
    at: at as Instant.Instant,
    channel: mainChannel,
    powerW: i,
    extra: { "Zähler ⚡️ \ud800": at }
  }))
})

/** A process that sends, and what it has sent so far. */
const sender = (name: string) => {
  const outbox = new Outbox(name)
  const drain = () => {
    const sent: Array<string> = []
    while (!outbox.isEmpty) sent.push(...outbox.take())
    return sent
  }
  outbox.say("hello")
  return { outbox, drain }
}

/** What a process that hears everything makes of it. */
const receive = (inbox: Inbox, payloads: ReadonlyArray<string>) => {
  const brought = payloads.map((payload) => inbox.take(payload))
  return {
    news: brought.flatMap((one) => one?.news ?? []),
    gaps: brought.filter((one) => one?.hasGap === true).length,
    echoes: brought.filter((one) => one === undefined).length
  }
}

describe("what processes tell each other", () => {
  it("comes back as it was, in notifications PostgreSQL takes", () => {
    const { drain, outbox } = sender("a")
    const all = [news(1), news(2, 3000), { ...news(3), readings: [] }, news(4)]
    for (const one of all) outbox.add(one)
    const sent = drain()
    for (const payload of sent) assert.isBelow(Buffer.byteLength(payload), 8000)
    assert.strictEqual(new Set(sent).size, sent.length, "the same twice in a transaction comes once")
    assert.deepStrictEqual(receive(new Inbox("b"), sent), { news: all, gaps: 0, echoes: 0 })
    assert.deepStrictEqual(receive(new Inbox("a"), sent), { news: [], gaps: 0, echoes: sent.length })
  })

  it("is told apart by sender, however it comes in between", () => {
    const [a, b] = [sender("a"), sender("b")]
    a.outbox.add(news(1, 2000))
    b.outbox.add(news(2, 2000))
    const [fromA, fromB] = [a.drain(), b.drain()]
    const mixed = fromA.flatMap((payload, i) => [payload, fromB[i] ?? ""]).filter((payload) => payload !== "")
    const { gaps, news: heard } = receive(new Inbox("c"), mixed)
    assert.sameDeepMembers([...heard], [news(1, 2000), news(2, 2000)])
    assert.strictEqual(gaps, 0)
  })

  it("tells whoever misses a notification, wherever it is", () => {
    const { drain, outbox } = sender("a")
    for (let i = 0; i < 5; i++) outbox.add(news(i, 300))
    outbox.add(news(9, 1900))
    outbox.add(news(10, 1))
    const sent = drain()
    assert.isAbove(sent.length, 10)
    for (let missing = 0; missing < sent.length - 1; missing++) {
      const heard = receive(
        new Inbox("b"),
        sent.filter((_, i) => i !== missing)
      )
      assert.strictEqual(heard.gaps, 1, `without ${missing}`)
      assert.isTrue(heard.news.every((one) => one.readings.length > 0))
    }
  })

  it("gives up what is too much, and says so", () => {
    const { drain, outbox } = sender("a")
    const inbox = new Inbox("b")
    assert.strictEqual(receive(inbox, drain()).gaps, 0)
    for (let i = 0; i < 600; i++) outbox.add(news(i, 100))
    const { gaps, news: heard } = receive(inbox, drain())
    assert.strictEqual(gaps, 1)
    assert.isAbove(heard.length, 0)
    assert.isBelow(heard.length, 600)
    assert.deepStrictEqual(heard.at(-1), news(599, 100))
    outbox.add(news(1, 60_000))
    outbox.add(news(2))
    assert.deepStrictEqual(receive(inbox, drain()), { news: [news(2)], gaps: 1, echoes: 0 })
  })

  it("takes what no process of this release says for a gap", () => {
    const inbox = new Inbox("b")
    const of = (text: string) =>
      Notification.encode({ from: "a", sequence: 1, says: { part: 0, of: 1, text } })
    for (const payload of ["", "2 a 1 hello", "1 a 1 nonsense", "1 a", of("{"), of("[[1]]"), of("null")]) {
      assert.deepStrictEqual(new Inbox("b").take(payload), { news: [], hasGap: true, word: undefined })
    }
    assert.deepStrictEqual(inbox.take(of(Wire.encode([news(1)])))?.news, [news(1)])
  })

  it("remembers as many processes as there may be", () => {
    const inbox = new Inbox("b")
    for (let i = 0; i < 1000; i++) {
      inbox.take(Notification.encode({ from: `p${i}`, sequence: 1, says: "hello" }))
    }
    assert.strictEqual(inbox.senders, 256)
  })
})
