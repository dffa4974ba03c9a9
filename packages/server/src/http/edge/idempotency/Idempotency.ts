import type { Code } from "@wattkit/api"
import {
  type IdempotentRequest,
  IdempotencyStore,
  Instant,
  type StorageError,
  type TenantId
} from "@wattkit/core"
import { Deferred, Effect, Fiber, Option, Schedule } from "effect"
import type { HttpServerRequest, HttpServerResponse } from "effect/http"
import { limits } from "../../../limits.ts"
import { refuse, type Refusal } from "../refusal.ts"
import type { Asker } from "../bearer.ts"
import { keyOf, takesKey } from "./idempotencyKey.ts"
import * as KeptAnswer from "./keptAnswer.ts"
import { digestOf, makeSealing, type Sealing } from "./sealing.ts"

type Response = HttpServerResponse.HttpServerResponse
type Request = HttpServerRequest.HttpServerRequest

/** A request with a key, and the way to its effect. */
interface Keyed<E, R> {
  readonly asker: Asker
  readonly id: string
  readonly sealing: Sealing
  readonly fingerprint: string
  readonly handle: Effect.Effect<Response, E, R>
}

/** How the first of some twins in this process came out. */
type Outcome =
  | { readonly kind: "kept"; readonly answer: KeptAnswer.KeptAnswer; readonly first: Response | undefined }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** Nothing was kept: the next twin may try. */
  | { readonly kind: "open"; readonly first: Response | undefined }

const refused = (code: Code, message: string, retryAfter?: number): Outcome => ({
  kind: "refused",
  refusal: { code, message, retryAfter }
})

const stillRunning = refused(
  "CONFLICT",
  "a request with this Idempotency-Key is still being answered; send it again in a moment",
  1
)

const lost = refused(
  "CONFLICT",
  "a request with this Idempotency-Key was begun and its answer was lost; see whether it had its effect, " +
    "and send it with a new key if it had none"
)

const otherBody = refused(
  "UNPROCESSABLE",
  "this Idempotency-Key came with another request before; a new request needs a new key"
)

const full = refused("RATE_LIMITED", "too many requests with an Idempotency-Key in a day", 3600)

const away = refused("UNAVAILABLE", "the storage is not available; try again later", 2)

const badKey: Refusal = {
  code: "VALIDATION_ERROR",
  message: "Idempotency-Key must be 1 to 255 visible characters of ASCII",
  details: [{ field: "Idempotency-Key", reason: "must be 1 to 255 visible characters of ASCII" }]
}

/** Stands for an answer that had no room: its effect is there, and will not be had a second time. */
const tooLarge = refused("CONFLICT", "this request was done; its answer was too large to be kept")

/** What was kept, to whoever may open it. */
const opened = (bytes: Uint8Array, sealing: Sealing): Outcome => {
  const plain = sealing.open(bytes)
  if (plain === undefined) return lost
  const answer = KeptAnswer.decode(plain)
  return answer.body === null ? tooLarge : { kind: "kept", answer, first: undefined }
}

/** Does what is asked and keeps the answer; fails only as the asking itself does. */
const makeDo = (store: IdempotencyStore) =>
  Effect.fnUntraced(function* <E, R>({ asker, handle, id, sealing }: Keyed<E, R>) {
    const { tenantId } = asker.principal
    const response = yield* handle
    if (!KeptAnswer.isFinal(response)) {
      yield* saying(store.release(tenantId, id), "an idempotent request could not be released")
      return { kind: "open", first: response } satisfies Outcome
    }
    const answer = KeptAnswer.keptOf(response)
    const sealed = sealing.seal(KeptAnswer.encode(answer))
    yield* saying(store.keep(tenantId, id, sealed), "the answer of an idempotent request could not be kept")
    return { kind: "kept", answer, first: response } satisfies Outcome
  })

/** A storage that is away does not change what is answered: what was begun stays begun. */
const saying = (effect: Effect.Effect<void, StorageError>, message: string): Effect.Effect<void> =>
  effect.pipe(
    Effect.retry(Schedule.spaced("200 millis").pipe(Schedule.upTo({ times: 2 }))),
    Effect.catch((error) => Effect.logError(message, error.reason, error.message))
  )

/** Begins in the store, waiting for another process that began the same, and does it or tells of it. */
const makeLead = (store: IdempotencyStore) => {
  const perform = makeDo(store)
  const beginAs = (tenantId: TenantId, request: IdempotentRequest) =>
    store.begin(tenantId, request).pipe(
      Effect.catchTag("NotFound", Effect.die),
      Effect.tapError((error) => Effect.logError("storage failed", error.reason, error.message)),
      Effect.catch(() => Effect.succeed({ kind: "away" } as const))
    )
  return Effect.fnUntraced(function* <E, R>(keyed: Keyed<E, R>): Effect.fn.Return<Outcome, E, R> {
    const startedAt = yield* Instant.now
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 500)) {
      const at = yield* Instant.now
      const { fingerprint, id } = keyed
      const begun = yield* beginAs(keyed.asker.principal.tenantId, { id, fingerprint, at })
      if (begun.kind === "begun") return yield* perform(keyed)
      if (begun.kind === "kept") return opened(begun.answer, keyed.sealing)
      if (begun.kind === "other") return otherBody
      if (begun.kind === "full") return full
      if (begun.kind === "away") return away
      if (at - begun.since > limits.idempotency.leaseMs) return lost
      if (at - startedAt >= limits.idempotency.waitMs) return stillRunning
      yield* Effect.sleep(pauseMs)
    }
  })
}

/** Makes what has a request with an `Idempotency-Key` done once, however often and from wherever it comes. */
export const make = Effect.gen(function* () {
  const store = yield* IdempotencyStore
  const lead = makeLead(store)
  /** What this process does, or waits for, on behalf of all twins that came to it. */
  const leading = new Map<
    string,
    { readonly fingerprint: string; readonly done: Deferred.Deferred<Outcome> }
  >()

  /** The first goes on to its end even when its client leaves: what was begun is to be kept. */
  const takeLead = Effect.fnUntraced(function* <E, R>(keyed: Keyed<E, R>) {
    const done = Deferred.makeUnsafe<Outcome>()
    const place = `${keyed.asker.principal.tenantId} ${keyed.id}`
    const work = lead(keyed).pipe(
      Effect.onExit((exit) => {
        leading.delete(place)
        const outcome = exit._tag === "Success" ? exit.value : ({ kind: "open", first: undefined } as const)
        return Deferred.succeed(done, outcome)
      })
    )
    // Whoever is told to wait for the first must not wait for one that never started.
    return yield* Effect.uninterruptibleMask((restore) => {
      leading.set(place, { fingerprint: keyed.fingerprint, done })
      return Effect.flatMap(Effect.forkDetach(work, { startImmediately: true }), (fiber) =>
        restore(Effect.flatten(Fiber.await(fiber)))
      )
    })
  })

  const once = Effect.fnUntraced(function* <E, R>(keyed: Keyed<E, R>) {
    const until = (yield* Instant.now) + limits.idempotency.waitMs
    const place = `${keyed.asker.principal.tenantId} ${keyed.id}`
    for (;;) {
      const twin = leading.get(place)
      if (twin === undefined) return yield* takeLead(keyed)
      if (twin.fingerprint !== keyed.fingerprint) return otherBody
      const left = until - (yield* Instant.now)
      const outcome = yield* Effect.timeoutOption(Deferred.await(twin.done), Math.max(0, left))
      if (Option.isNone(outcome)) return stillRunning
      if (outcome.value.kind !== "open") return { ...outcome.value, first: undefined }
    }
  })

  const answerTo = (outcome: Outcome): Effect.Effect<Response> => {
    if (outcome.kind === "refused") return refuse(outcome.refusal)
    if (outcome.first !== undefined) return Effect.succeed(outcome.first)
    if (outcome.kind === "open") return refuse({ code: "INTERNAL", message: "nothing was answered" })
    return outcome.answer.body === null
      ? answerTo(tooLarge)
      : Effect.succeed(KeptAnswer.replay(outcome.answer))
  }

  return Effect.fnUntraced(function* <E, R>(
    request: Request,
    asker: Asker | undefined,
    handle: Effect.Effect<Response, E, R>
  ) {
    const key = keyOf(request)
    if (key === undefined || asker === undefined || !takesKey(request)) return yield* handle
    if (key === "") return yield* refuse(badKey)
    const [path = "", query = ""] = request.url.split("?", 2)
    const id = digestOf(asker.name, request.method, path, key)
    const sealing = makeSealing(asker.secret, id)
    const body = new Uint8Array(yield* Effect.orDie(request.arrayBuffer))
    const fingerprint = sealing.fingerprintOf(request.headers["content-type"] ?? "", query, body)
    return yield* answerTo(yield* once({ asker, id, sealing, fingerprint, handle }))
  })
})
