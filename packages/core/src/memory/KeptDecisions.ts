import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type { KeptReadings } from "./KeptReadings.ts"

/** Looks in a store for what was decided by one of these names, and forgets who it was when it is told to. */
export type DecidedBy = (
  names: ReadonlySet<string>,
  forget?: string
) => ReadonlyArray<{ readonly [name: string]: unknown }>

/** Where the stores in memory keep who decided something, by the name of the table. */
export type KeptDecisions = Map<string, DecidedBy>

/** The key of what the stores in memory share. */
export const KeptDecisions = Context.Service<KeptDecisions>("@wattkit/core/KeptDecisions")

/** No store yet. */
export const layer: Layer.Layer<KeptDecisions> = Layer.sync(KeptDecisions, () => new Map())

/** Looks among things that were settled, by tenant and id. */
export const settledBy =
  <A extends { readonly id: string; readonly settled: { readonly by: string } | null }>(
    tenants: ReadonlyMap<string, Map<string, A>>
  ): DecidedBy =>
  (names, forget) =>
    [...tenants.values()].flatMap((kept) =>
      [...kept.values()].flatMap((one) => {
        if (one.settled === null || !names.has(one.settled.by)) return []
        if (forget !== undefined) kept.set(one.id, { ...one, settled: { ...one.settled, by: forget } })
        return [{ ...one }]
      })
    )

/** Looks among the corrections of readings; with who made one goes what they said about it. */
export const correctedBy =
  ({ devices }: KeptReadings): DecidedBy =>
  (names, forget) =>
    [...devices.values()]
      .flatMap((channels) => [...channels.values()])
      .flatMap(({ channel, deviceId, versions }) =>
        [...versions].flatMap(([at, revisions]) =>
          [...revisions.entries()].flatMap(([i, revision]) => {
            const { provenance } = revision
            if (provenance === null || !names.has(provenance.by)) return []
            if (forget !== undefined) {
              revisions[i] = { ...revision, provenance: { ...provenance, by: forget, reason: forget } }
            }
            return [{ deviceId, channel, at, ...revision }]
          })
        )
      )
