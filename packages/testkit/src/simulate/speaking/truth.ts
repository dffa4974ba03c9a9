import { states, stateAt } from "../house/House.ts"
import type { House } from "../house/Household.ts"
import { castOf } from "./cast.ts"
import { momentOf, type Tells } from "./Speaker.ts"

/** What is true of what a device tells on a channel between two instants. */
export interface Truth extends Pick<Tells, "channel" | "resolutionWh" | "why"> {
  readonly format: string
  readonly subject: string
  /** Null for a direction that it does not tell. */
  readonly importWh: number | null
  readonly exportWh: number | null
  /** How much of it was used while no message could tell of it. */
  readonly untoldWh: number
  /** The most it took or gave in a minute. */
  readonly mostWhPerMinute: number
  /** Power by the instant at which it was that, for every minute. */
  readonly powerW: ReadonlyMap<number, number>
}

const minuteMs = 60_000

/** What the devices really took and gave between two instants, from the physics and not from any message. */
export const truth = (
  house: House,
  { from, until }: { readonly from: number; readonly until: number }
): ReadonlyArray<Truth> => {
  const first = stateAt(house, from)
  const all = [first, ...states(house, first, { every: minuteMs, until })]
  const last = all.at(-1) ?? first
  const minutes = all.map((state) => momentOf(house, state).minute)
  return castOf(house).flatMap(({ format, isUntold, subject, tells }) =>
    tells.map(({ channel, directions, metered, resolutionWh, why }): Truth => {
      const whOf = (name: "importMwh" | "exportMwh", from = first, to = last): number =>
        (metered(to)[name] - metered(from)[name]) / 1_000
      const untold = all.map((state, i) =>
        i > 0 && isUntold?.(minutes[i] ?? -1) === true ? whOf("importMwh", all[i - 1], state) : 0
      )
      const perMinute = all.slice(1).flatMap((state, i) => {
        const before = all[i]
        return [whOf("importMwh", before, state), whOf("exportMwh", before, state)]
      })
      return {
        format,
        subject,
        channel,
        resolutionWh,
        why,
        importWh: directions === "export" ? null : whOf("importMwh"),
        exportWh: directions === "import" ? null : whOf("exportMwh"),
        untoldWh: untold.reduce((sum, one) => sum + one, 0),
        mostWhPerMinute: perMinute.reduce((most, one) => Math.max(most, one), 0),
        powerW: new Map(all.map((state) => [state.at, metered(state).powerW]))
      }
    })
  )
}
