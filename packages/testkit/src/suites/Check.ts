import { layer as withLayer } from "@effect/vitest"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/**
 * One promise of a port, as something that can be run.
 *
 * A suite is a list of these, so that it can be registered as tests and also be turned on an adapter that is
 * known to be wrong. Every check makes its own tenants and devices: all checks of a suite may share a
 * database.
 */
export interface Check<R> {
  readonly name: string
  /** Fails, or dies with an assertion, when the promise is broken. */
  readonly run: Effect.Effect<void, unknown, R | Scope.Scope>
}

/** How long the tests of a suite may take. */
export interface SuiteOptions {
  /** For each check, and for the layer to be built; 30 seconds when it is left out. */
  readonly timeout?: Duration.Input | undefined
}

/** Registers the checks as tests over the layer, which is built once for all of them, on the real clock. */
export const register = <R, E>(
  name: string,
  layer: Layer.Layer<R, E>,
  checks: ReadonlyArray<Check<R>>,
  options: SuiteOptions = {}
): void => {
  const timeout = options.timeout ?? "30 seconds"
  withLayer(layer, { excludeTestServices: true, timeout })(name, (it) => {
    for (const check of checks) it.effect(check.name, () => check.run, Duration.toMillis(timeout))
  })
}
