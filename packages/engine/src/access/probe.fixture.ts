import type { BindingStore, NotFound, Principal, ReadingBus, ReadingStore } from "@wattkit/core"
import { Effect } from "effect"
import type { Corrections } from "../Corrections.ts"
import type { Ingest } from "../Ingest.ts"
import type { Live } from "../Live.ts"
import type { Messages } from "../messages/Messages.ts"
import type { Quarantine } from "../quarantine/Quarantine.ts"
import type { Readings } from "../Readings.ts"
import type { Registry } from "../registry/Registry.ts"
import type { Tariffs } from "../tariffs/Tariffs.ts"
import type { Usage } from "../usage/Usage.ts"
import type { UsageRules } from "../usage/UsageRules.ts"
import type { Target } from "./world.fixture.ts"

type Services =
  | Ingest
  | Messages
  | Readings
  | Corrections
  | Quarantine
  | Usage
  | UsageRules
  | Live
  | Registry
  | Tariffs
  | ReadingStore
  | ReadingBus
  | BindingStore

/** Finds out with one method whether somebody reaches a target. */
export type Probe = (who: Principal, target: Target) => Effect.Effect<boolean, unknown, Services>

/** Reached unless it is answered that there is no such thing, and what came back says so. */
export const reached = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E | NotFound, R>,
  isThere: (found: A) => boolean = () => true
): Effect.Effect<boolean, unknown, R> =>
  Effect.matchEffect(effect, {
    onSuccess: (found) => Effect.succeed(isThere(found)),
    onFailure: (error): Effect.Effect<boolean, unknown> =>
      error._tag === "NotFound" ? Effect.succeed(false) : Effect.fail(error)
  })

/** As `reached`, where somebody is told that it is not theirs to do. */
export const allowed = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E | NotFound, R>,
  isThere?: (found: A) => boolean
) => Effect.catchIf(reached(effect, isThere), isForbidden, () => Effect.succeed(false))

const isForbidden = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "Forbidden"
