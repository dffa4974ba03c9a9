import type { LiveFilter, LiveUpdate } from "@wattkit/core"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import { CloseEvent, type Socket } from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import { type Limits, limits as defaults } from "./limits.ts"
import * as Wire from "./wire.ts"

/** Why updates may fail: a tag that the protocol has a code for, and words for people. */
export interface Failure {
  readonly _tag: string
  readonly message: string
}

/** What the protocol needs to know of the application around it. */
export interface SinkOptions {
  readonly sessionId: string
  /**
   * The updates a filter selects, for the principal of this connection. They are pulled one by one, each only
   * after the client took the one before.
   */
  readonly updates: (filter: LiveFilter) => Stream.Stream<LiveUpdate, Failure>
  /** Waits until what was written has left this process; a socket that cannot tell is always drained. */
  readonly drained?: Effect.Effect<void> | undefined
  /** Completes when the server shuts down. */
  readonly goingAway?: Effect.Effect<void> | undefined
  readonly limits?: Partial<Limits> | undefined
}

const codes: Readonly<Record<string, Wire.ErrorCode>> = {
  Forbidden: "FORBIDDEN",
  NotFound: "NOT_FOUND",
  StorageError: "UNAVAILABLE"
}

/** What is said of failed updates. Only what the client did wrong is told in the failure's own words. */
const refusalOf = (cause: Cause.Cause<Failure>, id: string | undefined): Wire.Refusal => {
  const failure = Option.getOrUndefined(Cause.findErrorOption(cause))
  const code = (failure && codes[failure._tag]) ?? "INTERNAL"
  if (failure !== undefined && (code === "FORBIDDEN" || code === "NOT_FOUND")) {
    return { type: "ERROR", id, code, message: failure.message }
  }
  const message =
    code === "UNAVAILABLE" ? "the storage is not available; try again later" : "something went wrong here"
  return { type: "ERROR", id, code, message }
}

/** One connection while it lasts. */
class Session {
  readonly over = Deferred.makeUnsafe<CloseEvent>()
  readonly #options: SinkOptions
  readonly #limits: Limits
  readonly #write: (text: string) => Effect.Effect<void, unknown>
  readonly #subscriptions: FiberMap.FiberMap<string>
  readonly #outgoing = Semaphore.makeUnsafe(1)
  #refused = 0
  #heardAt = 0

  constructor(
    options: SinkOptions,
    write: (text: string) => Effect.Effect<void, unknown>,
    subscriptions: FiberMap.FiberMap<string>
  ) {
    this.#options = options
    this.#limits = { ...defaults, ...options.limits }
    this.#write = write
    this.#subscriptions = subscriptions
  }

  close(code: number, reason: string): Effect.Effect<void> {
    return Effect.asVoid(Deferred.succeed(this.over, new CloseEvent(code, reason)))
  }

  /**
   * Writes one frame and waits until it has left. While one waits the next does too, be it an update or the
   * answer to a frame, and so a client that does not read holds one frame here and is not read from either.
   */
  send(frame: Wire.ServerFrame): Effect.Effect<void> {
    const write = Effect.suspend(() => this.#write(Wire.encode(frame))).pipe(
      Effect.andThen(this.#options.drained ?? Effect.void),
      Effect.timeoutOrElse({
        duration: this.#limits.stalledMs,
        orElse: () => this.close(1013, "too slow")
      }),
      Effect.catch(() => this.close(1006, "lost"))
    )
    return this.#outgoing.withPermits(1)(write)
  }

  readonly greet = Effect.suspend(() =>
    this.send({
      type: "CONNECTION_ACK",
      sessionId: this.#options.sessionId,
      heartbeatMs: this.#limits.heartbeatMs
    })
  )

  /** Asks a silent client whether it is there, and closes when it does not say. */
  readonly watch = Effect.gen({ self: this }, function* () {
    const { heartbeatMs, idleMs } = this.#limits
    this.#heardAt = yield* Clock.currentTimeMillis
    while (true) {
      yield* Effect.sleep(heartbeatMs)
      const silentMs = (yield* Clock.currentTimeMillis) - this.#heardAt
      if (silentMs >= idleMs) return yield* this.close(1008, "idle")
      if (silentMs >= heartbeatMs) yield* this.send({ type: "PING" })
    }
  })

  readonly receive = Effect.fnUntraced({ self: this }, function* (chunk: string | Uint8Array) {
    this.#heardAt = yield* Clock.currentTimeMillis
    if (chunk.length > this.#limits.frameBytes) return yield* this.close(1009, "frame too large")
    if (typeof chunk !== "string") return yield* this.#refuse("a frame must be text, not binary")
    const decoded = Wire.decode(chunk)
    yield* Result.isFailure(decoded) ? this.#answerRefused(decoded.failure) : this.#obey(decoded.success)
  })

  #refuse(message: string): Effect.Effect<void> {
    return this.#answerRefused({ type: "ERROR", code: "VALIDATION_ERROR", message })
  }

  #answerRefused(frame: Wire.Refusal): Effect.Effect<void> {
    return Effect.suspend(() =>
      ++this.#refused > this.#limits.refusals ? this.close(1008, "too many errors") : this.send(frame)
    )
  }

  #obey(frame: Wire.ClientFrame): Effect.Effect<void> {
    switch (frame.type) {
      case "PING":
        return this.send({ type: "PONG", id: frame.id })
      case "PONG":
        return Effect.void
      case "UNSUBSCRIBE":
        return FiberMap.remove(this.#subscriptions, frame.id ?? "").pipe(
          Effect.andThen(this.send({ type: "UNSUBSCRIBED", id: frame.id }))
        )
      case "SUBSCRIBE":
        return this.#subscribe(frame)
    }
  }

  /** A subscription is named by the id of its frame; the same id again replaces it. */
  readonly #subscribe = Effect.fnUntraced(
    { self: this },
    function* ({ deviceIds, id, locationIds }: Wire.Subscribe) {
      const key = id ?? ""
      const known = yield* FiberMap.has(this.#subscriptions, key)
      if (!known && (yield* FiberMap.size(this.#subscriptions)) >= this.#limits.subscriptions) {
        const message = `a connection holds at most ${this.#limits.subscriptions} subscriptions`
        return yield* this.#answerRefused({ type: "ERROR", id, code: "RATE_LIMITED", message })
      }
      yield* FiberMap.remove(this.#subscriptions, key)
      yield* this.send({ type: "SUBSCRIBED", id })
      const show = this.#options.updates({ deviceIds, locationIds }).pipe(
        Stream.runForEach((update) => this.send({ type: "ENERGY_UPDATE", id, update })),
        Effect.catchCause((cause) =>
          Cause.hasInterruptsOnly(cause)
            ? Effect.void
            : Effect.andThen(
                Effect.logDebug("live updates failed", cause),
                this.#answerRefused(refusalOf(cause, id))
              )
        )
      )
      yield* FiberMap.run(this.#subscriptions, key, show)
    }
  )
}

/**
 * Speaks `wattkit.v1` over a socket until either side ends it.
 *
 * Nothing is queued: a client that reads slowly is shown fewer updates, and one that does not read at all is
 * let go, without a cost to any other.
 */
export const serve = (socket: Socket, options: SinkOptions): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { pull } = yield* socket.reader
    const { write } = yield* socket.writer
    const session = new Session(options, write, yield* FiberMap.make<string>())
    yield* session.greet
    yield* Effect.forkScoped(session.watch)
    if (options.goingAway !== undefined) {
      yield* Effect.forkScoped(Effect.andThen(options.goingAway, session.close(1001, "going away")))
    }
    const listen = pull.pipe(
      Effect.flatMap((chunks) =>
        Effect.forEach(chunks, (chunk) => session.receive(chunk), { discard: true })
      ),
      Effect.forever,
      Effect.catch(() => Effect.succeed(undefined))
    )
    const event = yield* Effect.raceFirst(listen, Deferred.await(session.over))
    // 1006 is what a lost connection is called; it cannot be sent.
    if (event !== undefined && event.code !== 1006) yield* Effect.ignore(write(event))
  }).pipe(
    Effect.scoped,
    Effect.catch(() => Effect.void)
  )
