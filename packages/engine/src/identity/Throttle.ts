import { Instant } from "@wattkit/core"
import { Context, Effect, Layer, Schema } from "effect"
import { networkOf } from "./throttle/networkOf.ts"
import { type Limit, Tally } from "./throttle/Tally.ts"

/** Too much was tried, and this was not looked at. It says nothing about whether it was right. */
export class Throttled extends Schema.TaggedError<Throttled>()("Throttled", {
  /** After how many milliseconds it is worth another try. */
  retryAfterMs: Schema.Int
}) {
  override get message(): string {
    return `too many attempts; try again in ${Math.ceil(this.retryAfterMs / 1000)} s`
  }
}

/**
 * How much may be tried. All but the first count only where the person has not signed in from before, so that
 * somebody elsewhere cannot shut them out. What strangers may try for one person, together with what one may
 * try from where the person is at home, is a hundred in an hour.
 */
export interface ThrottleLimits {
  /** Failures for one person from one network. */
  readonly pair: Limit
  /** Failures from one network, whoever they are for. */
  readonly network: Limit
  /** Failures for one person from networks that have just begun, whatever others have tried. */
  readonly beginners: Limit
  /** Failures for one person from all other networks. */
  readonly others: Limit
  /** Mails that somebody may be sent without having signed in. */
  readonly mails: Limit
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How much everybody may try to begin with. */
export const usualThrottle: ThrottleLimits = {
  pair: { most: 5, withinMs: 15 * MINUTE },
  network: { most: 100, withinMs: HOUR },
  beginners: { most: 40, withinMs: HOUR },
  others: { most: 40, withinMs: HOUR },
  mails: { most: 3, withinMs: HOUR }
}

/** So often a network has just begun to try for a person. */
const beginning: Limit = { most: 3, withinMs: DAY }

/** For so long a network is known that a person signed in from. */
const familiar: Limit = { most: 1, withinMs: 30 * DAY }

/** Who somebody says they are, and where they are. */
export interface Caller {
  /** The address, or whatever else names the person whose secret is guessed at. */
  readonly address: string
  readonly ip: string
}

/**
 * Keeps guessing slow without shutting out the person whose secret is guessed at. It remembers in this
 * process only, and only so much.
 */
export class Throttle extends Context.Service<
  Throttle,
  {
    /**
     * Looks at a secret that somebody showed, unless too many wrong ones came before. An attempt counts from
     * its beginning, so that many at once are no way around it; one that was right, or could not be looked
     * at, is taken back.
     */
    readonly guard: <A, E, R>(
      caller: Caller,
      attempt: Effect.Effect<A, E, R>,
      isRight: (answer: A) => boolean
    ) => Effect.Effect<A, E | Throttled, R>
    /** Counts a mail to an address. */
    readonly mail: (address: string) => Effect.Effect<void, Throttled>
  }
>()("@wattkit/engine/Throttle") {
  /** A throttle with limits of your own. */
  static readonly layerWith = (limits: ThrottleLimits): Layer.Layer<Throttle> =>
    Layer.sync(Throttle, () => make(limits))

  /** A throttle with the limits everybody starts with. */
  static readonly layer = Layer.suspend(() => Throttle.layerWith(usualThrottle))
}

const make = (limits: ThrottleLimits) => {
  const [pairs, networks] = [new Tally(limits.pair), new Tally(limits.network)]
  const [beginners, others] = [new Tally(limits.beginners), new Tally(limits.others)]
  const [mails, tried, known] = [new Tally(limits.mails), new Tally(beginning), new Tally(familiar)]

  /** Everything that counts an attempt, with the name it is counted under. */
  const countsOf = (address: string, network: string, pair: string, now: number) => {
    const own = [pairs, pair] as const
    if (known.wait(pair, now) > 0) return [own]
    const theirs = tried.wait(pair, now) === 0 ? beginners : others
    return [own, [networks, network] as const, [theirs, address] as const]
  }

  const guard = <A, E, R>(
    caller: Caller,
    attempt: Effect.Effect<A, E, R>,
    isRight: (answer: A) => boolean
  ): Effect.Effect<A, E | Throttled, R> =>
    Effect.flatMap(Instant.now, (now): Effect.Effect<A, E | Throttled, R> => {
      const network = networkOf(caller.ip)
      const pair = `${network} ${caller.address}`
      const counts = countsOf(caller.address, network, pair, now)
      const retryAfterMs = Math.max(...counts.map(([tally, key]) => tally.wait(key, now)))
      if (retryAfterMs > 0) return Effect.fail(new Throttled({ retryAfterMs }))
      const all = [...counts, [tried, pair] as const]
      for (const [tally, key] of all) tally.count(key, now)
      const takeBack = Effect.sync(() => {
        for (const [tally, key] of all) tally.takeBack(key, now)
      })
      const settle = (answer: A) =>
        Effect.suspend(() => {
          if (!isRight(answer)) return Effect.void
          pairs.forget(pair)
          known.count(pair, now)
          return takeBack
        })
      return attempt.pipe(
        Effect.tapError(() => takeBack),
        Effect.tap(settle)
      )
    })

  const mail = (address: string) =>
    Effect.flatMap(Instant.now, (now) => {
      const retryAfterMs = mails.wait(address, now)
      if (retryAfterMs > 0) return Effect.fail(new Throttled({ retryAfterMs }))
      return Effect.sync(() => mails.count(address, now))
    })

  return Throttle.of({ guard, mail })
}
