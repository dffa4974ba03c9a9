import { every, type Meter } from "./Meter.ts"
import type { Told } from "./Ledger.ts"
import type { Wire } from "./Wire.ts"

/** A process or a page with a meter. Both share one queue. */
export interface Place extends Pick<Meter, "say" | "correct" | "flush"> {
  readonly state: () => Promise<ReturnType<Meter["state"]>>
  /** Ends it in the midst of whatever it does. */
  readonly kill: () => Promise<void>
}

/** Where the story is told. */
export interface Stage {
  readonly wire: Wire
  /** The devices of the two meters. */
  readonly deviceIds: readonly [string, string]
  readonly open: (deviceId: string) => Promise<Place>
}

const perMinute = 60 / every

/**
 * Two meters speak all the time, and a person corrects some of what they said. For five minutes they are
 * heard, for five minutes what the server answers is lost, then there is no network in several ways, and then
 * they are heard again. Meanwhile each is killed and begins again with what is kept.
 */
export const tellStory = async (stage: Stage, minutesWithout = 60): Promise<ReadonlyArray<Told>> => {
  const { deviceIds, wire } = stage
  const places = [await stage.open(deviceIds[0]), await stage.open(deviceIds[1])]
  const corrected: [Array<number>, Array<number>] = [[], []]
  let now = 0

  const speak = async (minutes: number): Promise<void> => {
    const until = now + Math.round(minutes * perMinute)
    await Promise.all(places.map((place) => place.say(now, until)))
    now = until
  }
  const correct = async (): Promise<void> => {
    for (const [i, place] of places.entries()) {
      for (const n of [now - 1, now - perMinute]) {
        await place.correct(n)
        corrected[i]!.push(n)
      }
    }
  }
  /** What was not kept for sure is said again; what was kept is known to the server as the same. */
  const killAndOpen = async (...which: ReadonlyArray<0 | 1>): Promise<void> => {
    const cut = which.map((i) => places[i]!.say(now, now + perMinute).catch(() => {}))
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 12)), ...cut])
    for (const i of which) await places[i]!.kill()
    for (const i of which) places[i] = await stage.open(deviceIds[i])
  }

  await speak(3)
  await correct()
  await speak(2)
  await untilSent(places)
  await wire.become("losesAnswers")
  await correct()
  await wire.meets("losesAnswers", 3)
  await speak(2)
  await killAndOpen(0)
  await speak(3)
  await correct()
  await wire.meets("losesAnswers", 3)
  await wire.become("refuses")
  await speak(minutesWithout / 3)
  await correct()
  await killAndOpen(1)
  await speak(minutesWithout / 6)
  await correct()
  await wire.become("silent")
  await speak(minutesWithout / 6)
  await wire.meets("silent", 1)
  await wire.become("resets")
  await speak(minutesWithout / 3)
  await correct()
  await wire.meets("resets", 3)
  const waiting = await Promise.all(places.map((place) => place.state()))
  if (waiting.every(({ hasFailed }) => !hasFailed)) throw new Error("nobody noticed that there is no network")
  await wire.become("up")
  await killAndOpen(0, 1)
  await speak(5)
  await correct()
  await untilSent(places)
  return deviceIds.map((deviceId, i) => ({ deviceId, said: now, corrected: corrected[i]! }))
}

/** Resolves when both have seen that nothing waits. */
const untilSent = async (places: ReadonlyArray<Place>): Promise<void> => {
  const deadline = Date.now() + 30_000
  for (const place of places) {
    while (
      !(await place.flush().then(
        () => true,
        () => false
      ))
    ) {
      if (Date.now() > deadline) throw new Error(`still waiting: ${JSON.stringify(await place.state())}`)
    }
  }
  const states = await Promise.all(places.map((place) => place.state()))
  for (const { length, refused } of states) {
    if (length + refused > 0) throw new Error(`${length} wait and ${refused} were refused`)
  }
}
