import type { DeviceKey, House } from "../../house/Household.ts"
import { meteredOf, shown, voltageAt, Wh } from "../Metered.ts"
import { isTurn, type Moment, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"
import { makeChanges, notification } from "./changes.ts"

/** A Shelly of the second generation that measures one line. */
export interface PmOptions {
  readonly key: DeviceKey
  readonly prefix: string
  readonly component: "pm1:0" | "switch:0"
  /** Whether it counts what flows back; that is in `aenergy` too. */
  readonly returns: boolean
}

/** The energies of the last three minutes in whole milliwatt-hours, the one that runs first. */
class Minutes {
  #last = 0
  #minutes: ReadonlyArray<number> = [0, 0, 0]

  next(register: number): ReadonlyArray<number> {
    const energy = this.#last === 0 ? 0 : register - this.#last
    this.#last = register
    this.#minutes = [0, energy, this.#minutes[1] ?? 0]
    return this.#minutes
  }
}

/**
 * A Shelly that measures one line: it notifies of what changed, repeats its whole status under another topic
 * every five minutes, and loses its voltage for a minute at noon.
 */
export const shellyPm = (house: House, { component, key, prefix, returns }: PmOptions): Speaker => {
  const metered = meteredOf(house, key)
  const changes = makeChanges()
  const [all, back] = [new Minutes(), new Minutes()]
  const statusOf = ({ at, minute, state }: Moment) => {
    const { exportMwh, importMwh, powerW } = metered(state)
    const total = importMwh + (returns ? exportMwh : 0)
    const minute_ts = Math.floor(at / 60_000) * 60
    const counted = (register: number, minutes: Minutes) => ({
      total: Number(shown(register, Wh, 3)),
      by_minute: minutes.next(register),
      minute_ts
    })
    const voltage = voltageAt(at)
    return {
      apower: powerW,
      voltage: minute === 12 * 60 ? null : voltage,
      current: Math.round(Math.abs(powerW / voltage) * 1_000) / 1_000,
      freq: 50,
      total,
      aenergy: counted(total, all),
      ...(returns ? { ret_aenergy: counted(exportMwh, back) } : {})
    }
  }
  /** Registers that did not advance are not sent, whatever their minutes are. */
  const registers = new Map<string, number>()
  const hasAdvanced = (name: string, value: { readonly total: number } | undefined): boolean => {
    if (value === undefined || registers.get(name) === value.total) return false
    registers.set(name, value.total)
    return true
  }
  return {
    format: "shelly-gen2",
    subject: prefix,
    tells: [
      {
        channel: component,
        metered,
        directions: returns ? "both" : "import",
        resolutionWh: returns ? 0.002 : 0.001,
        why: "registers have three digits of watt-hours, and import is the difference of two"
      }
    ],
    begin: () => [say(`${prefix}/online`, "true", { retain: true })],
    speak: (moment) => {
      if (!isTurn(moment, 1)) return []
      const { aenergy, ret_aenergy, total: _, ...now } = statusOf(moment)
      const some = {
        ...changes(now),
        ...(hasAdvanced("aenergy", aenergy) ? { aenergy } : {}),
        ...(hasAdvanced("ret_aenergy", ret_aenergy) ? { ret_aenergy } : {})
      }
      const events = say(
        `${prefix}/events/rpc`,
        notification(prefix, moment.at, "NotifyStatus", { [component]: { id: 0, ...some } }),
        { qos: 1 }
      )
      const whole = { id: 0, ...now, aenergy, ...(ret_aenergy === undefined ? {} : { ret_aenergy }) }
      const status = say(`${prefix}/status/${component}`, whole, { afterMs: 700 })
      const pressed = say(
        `${prefix}/events/rpc`,
        notification(prefix, moment.at, "NotifyEvent", { events: [{ component, event: "btn_down" }] })
      )
      if (moment.minute % 60 === 0) return [events, status, pressed]
      return isTurn(moment, 5) ? [events, status] : [events]
    }
  }
}
