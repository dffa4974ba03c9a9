import type { StoredReadings } from "@wattkit/core"
import { Deferred, Effect, Exit, Latch, type Scope } from "effect"
import type { SqlError } from "effect/sql"
import type { Address } from "../hot/address.ts"
import { Inbox } from "./Inbox.ts"
import * as NewsConnection from "./NewsConnection.ts"
import { Outbox } from "./Outbox.ts"

/** What is published within so long of the last sending goes out together. */
const GATHER_MS = 50
/** How often it is looked whether the connection lives, and whether other processes are still there. */
const LOOK_MS = 10_000
/** How long the others have to answer a greeting: one that hangs must not keep this process waiting. */
const ANSWER_MS = 1_000
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 2_000

/** What is to be done with what other processes tell. */
export interface Told {
  readonly onNews: (news: ReadonlyArray<StoredReadings>) => void
  readonly onGap: () => void
}

const newName = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => (byte % 36).toString(36)).join("")

/**
 * Exchanges news with the other processes of a database, for as long as `run` does.
 *
 * A process that comes greets those that are there, and they answer: whoever was heard since this process
 * listens sends its news. So nothing has to be sent while nobody else is there.
 */
export class Exchange {
  readonly #told: Told
  readonly #outbox: Outbox
  readonly #inbox: Inbox
  readonly #wake = Latch.makeUnsafe(false)
  readonly #known = Deferred.makeUnsafe<void>()
  #isConnected = false
  /** Nobody knows until somebody looked. */
  #hasOthers = true
  /** So many processes were there when this one came. */
  #expected = Number.POSITIVE_INFINITY
  #answered = Deferred.makeUnsafe<void>()
  #heard = 0
  #failures = 0

  constructor(told: Told) {
    const name = newName()
    this.#told = told
    this.#outbox = new Outbox(name)
    this.#inbox = new Inbox(name)
  }

  /** Succeeds when the processes that are there know of this one. */
  get isKnown(): Effect.Effect<void> {
    return Deferred.await(this.#known)
  }

  /** Sends news to the other processes, soon; what cannot be sent is given up. */
  publish(news: StoredReadings): void {
    if (!this.#isConnected) return this.#outbox.giveUp()
    if (!this.#hasOthers) return
    this.#outbox.add(news)
    this.#wake.openUnsafe()
  }

  /** Connects, and connects again whenever the connection breaks. */
  run(address: Address): Effect.Effect<never> {
    const again = (error: SqlError.SqlError) => {
      const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures++, LONGEST_WAIT_MS)
      const said = `no news of other processes: ${error.message}; connecting again in ${wait} ms`
      return Effect.andThen(Effect.logWarning(said), Effect.sleep(wait))
    }
    return Effect.forever(Effect.catch(Effect.scoped(this.#session(address)), again))
  }

  #session(address: Address): Effect.Effect<never, SqlError.SqlError, Scope.Scope> {
    return Effect.gen({ self: this }, function* () {
      this.#inbox.forget()
      this.#hasOthers = true
      this.#expected = Number.POSITIVE_INFINITY
      this.#answered = Deferred.makeUnsafe()
      const connection = yield* NewsConnection.open(address, (payload) => this.#take(payload))
      yield* Effect.acquireRelease(
        Effect.sync(() => void (this.#isConnected = true)),
        () =>
          Effect.sync(() => {
            this.#isConnected = false
            this.#outbox.giveUp()
          })
      )
      const work = [this.#greet(connection), this.#send(connection), this.#look(connection)]
      return yield* Effect.raceAllFirst([connection.broken, ...work])
    })
  }

  /** Once the others answered, what they publish comes here; before that some may have been missed. */
  #greet(connection: NewsConnection.NewsConnection): Effect.Effect<never, SqlError.SqlError> {
    return Effect.gen({ self: this }, function* () {
      this.#outbox.say("hello")
      this.#wake.openUnsafe()
      const before = this.#heard
      this.#expected = yield* connection.others
      this.#hasOthers = this.#expected > 0 || this.#heard !== before
      this.#settle()
      yield* Effect.timeoutOption(Deferred.await(this.#answered), ANSWER_MS)
      this.#failures = 0
      if (!Deferred.doneUnsafe(this.#known, Exit.void)) this.#told.onGap()
      return yield* Effect.never
    })
  }

  #send(connection: NewsConnection.NewsConnection): Effect.Effect<never, SqlError.SqlError> {
    return Effect.forever(
      Effect.gen({ self: this }, function* () {
        yield* this.#wake.await
        this.#wake.closeUnsafe()
        while (!this.#outbox.isEmpty) {
          const notifications = this.#outbox.take()
          if (notifications.length > 0) yield* connection.send(notifications)
        }
        yield* Effect.sleep(GATHER_MS)
      })
    )
  }

  #look(connection: NewsConnection.NewsConnection): Effect.Effect<never, SqlError.SqlError> {
    return Effect.forever(
      Effect.gen({ self: this }, function* () {
        yield* Effect.sleep(LOOK_MS)
        const before = this.#heard
        const others = yield* connection.others
        // One that came in the meantime is not counted, but was heard.
        this.#hasOthers = others > 0 || this.#heard !== before
      })
    )
  }

  #take(payload: string): void {
    const brought = this.#inbox.take(payload)
    if (brought === undefined) return
    this.#heard++
    this.#hasOthers = true
    if (brought.word === "hello") {
      this.#outbox.say("here")
      this.#wake.openUnsafe()
    }
    if (brought.hasGap) this.#told.onGap()
    if (brought.news.length > 0) this.#told.onNews(brought.news)
    this.#settle()
  }

  #settle(): void {
    if (this.#inbox.senders >= this.#expected) Deferred.doneUnsafe(this.#answered, Exit.void)
  }
}
