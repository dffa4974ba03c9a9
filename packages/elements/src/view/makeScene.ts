import type { Device } from "@wattkit/client"
import type { LiveWatch } from "../live/LiveWatch.ts"
import { usualSpanMs } from "../power/History.ts"
import * as Ledger from "../power/Ledger.ts"
import * as PowerBalance from "../power/PowerBalance.ts"
import { type Line, make as makeHistory } from "../power/PowerHistory.ts"
import type { Words } from "../text/Words.ts"
import type { Scene } from "./Scene.ts"

const stepMs = 2000
const minuteMs = 60_000
/** A device that has been silent for longer does not count as power that flows now. */
const silentAfterMs = 15 * minuteMs

const lineOf: { readonly [role in Device["role"]]: Line } = {
  grid: "grid",
  generation: "solar",
  storage: "battery",
  load: "house"
}

/** How the picture is to be made; nothing in it comes from the server. */
export interface Setting {
  readonly words: Words
  readonly locale: string | undefined
  readonly now: number
  readonly staleAfterMs: number
  readonly flowWidth: number
  readonly chartWidth: number
}

const powerNow = (watch: LiveWatch, newest: number): PowerBalance.PowerOf =>
  new Map(
    watch.watched.devices.flatMap(({ id }) => {
      const power = watch.stateOf(id)?.power
      return power === undefined || newest - power.at > silentAfterMs ? [] : [[id, power.powerW] as const]
    })
  )

/** The mean state of charge of the batteries that tell one. */
const chargeOf = (watch: LiveWatch): number | undefined => {
  const told = watch.watched.devices
    .filter(({ role }) => role === "storage")
    .flatMap(({ id }) => watch.stateOf(id)?.stateOfChargePct ?? [])
  return told.length === 0 ? undefined : told.reduce((sum, pct) => sum + pct, 0) / told.length
}

/** When anything of the location was last heard. */
export const newestOf = (watch: LiveWatch): number | undefined => {
  const heard = watch.watched.devices.flatMap(({ id }) => watch.stateOf(id)?.heardAt ?? [])
  return heard.length === 0 ? undefined : Math.max(...heard)
}

/** Everything the views show of what a watch knows. */
export const makeScene = (watch: LiveWatch, setting: Setting): Scene => {
  const { devices, location } = watch.watched
  const { staleAfterMs, ...shown } = setting
  // What a clock ahead of ours says is not kept back until our clock arrives there.
  const newest = newestOf(watch) ?? setting.now
  const end = Math.ceil(Math.max(setting.now, newest) / stepMs) * stepMs
  const steps = { end, stepMs, count: usualSpanMs / stepMs + 1 }
  const power = powerNow(watch, newest)
  return {
    ...shown,
    zone: location?.zone,
    balance: PowerBalance.make(devices, power),
    ledger: Ledger.make(devices, power, (id) =>
      Math.round(Math.abs(watch.history.mean(id, newest - minuteMs) ?? power.get(id) ?? 0) / 10)
    ),
    history: makeHistory(devices, watch.history, steps, { betweenMs: silentAfterMs, newestMs: staleAfterMs }),
    steps,
    roles: new Set<Line>(["house", ...devices.map(({ role }) => lineOf[role])]),
    stateOfChargePct: chargeOf(watch),
    heardAt: (id) => watch.stateOf(id)?.heardAt || undefined
  }
}
