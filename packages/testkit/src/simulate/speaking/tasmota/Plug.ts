import type { DeviceKey, House } from "../../house/Household.ts"
import { kWh, meteredOf, shown, voltageAt, Wh } from "../Metered.ts"
import { isTurn, type Moment, type Speaker } from "../Speaker.ts"
import { say } from "../Spoken.ts"

/** A plug with the firmware Tasmota, and what its owner does to its counter. */
export interface PlugOptions {
  readonly key: DeviceKey
  readonly topic: string
  /** At this minute of the day somebody enters EnergyReset, between two messages. */
  readonly resetMinute?: number
  /** At this minute of the day somebody sets the counter to so many milliwatt-hours. */
  readonly preset?: { readonly minute: number; readonly to: number }
}

const telePeriod = 5

/** What a plug counts, and what it calls Today, Yesterday and Period. */
class Counter {
  #shift = 0
  #date = ""
  #midnight = 0
  #yesterday = 0
  #told = 0

  /** Sets what is shown now to so much. */
  set(real: number, to: number): void {
    this.#midnight += to - real - this.#shift
    this.#shift = to - real
  }

  read(real: number, date: string): Record<string, number> {
    const now = real + this.#shift
    if (date !== this.#date) {
      this.#yesterday = this.#date === "" ? 0 : now - this.#midnight
      this.#midnight = now
      this.#date = date
    }
    const period = this.#told === 0 ? 0 : Math.max(0, now - this.#told)
    this.#told = now
    return {
      Total: Number(shown(now, kWh, 3)),
      Yesterday: Number(shown(this.#yesterday, kWh, 3)),
      Today: Number(shown(now - this.#midnight, kWh, 3)),
      Period: Math.round(period / Wh)
    }
  }
}

const isUntold = ({ preset, resetMinute }: PlugOptions): ((minute: number) => boolean) => {
  // What was used since the last message is forgotten with a reset; a jump upwards tells nothing of the time
  // from the message before it to the one behind.
  const start = (minute: number) => Math.floor(minute / telePeriod) * telePeriod
  return (minute) =>
    (resetMinute !== undefined && minute > start(resetMinute) && minute <= resetMinute) ||
    (preset !== undefined && minute > start(preset.minute) && minute <= start(preset.minute) + telePeriod)
}

/**
 * A Tasmota plug: a wall clock without an offset, a lifetime counter that somebody may reset or preset, and
 * three more counters that are none.
 */
export const tasmotaPlug = (house: House, options: PlugOptions): Speaker => {
  const { key, preset, resetMinute, topic } = options
  const metered = meteredOf(house, key)
  const counter = new Counter()
  const sensor = ({ at, date, state, wall }: Moment) => {
    const { importMwh, powerW } = metered(state)
    const Voltage = Math.round(voltageAt(at))
    const Current = Math.round((powerW / Voltage) * 1_000) / 1_000
    const ENERGY = {
      TotalStartTime: "2024-03-01T10:00:00",
      ...counter.read(importMwh, date),
      Power: powerW,
      ApparentPower: powerW,
      ReactivePower: 0,
      Factor: powerW === 0 ? 0 : 1,
      Voltage,
      Current
    }
    return { Time: wall, ENERGY }
  }
  return {
    format: "tasmota",
    subject: topic,
    tells: [
      {
        channel: "main",
        metered,
        directions: "import",
        resolutionWh: 1,
        why: "Total has three digits of kilowatt-hours"
      }
    ],
    isUntold: isUntold(options),
    begin: () => [
      say(
        `tasmota/discovery/${topic.toUpperCase()}/config`,
        { dn: topic, t: topic, ft: "%prefix%/%topic%/", tp: ["cmnd", "stat", "tele"] },
        { retain: true }
      ),
      say(`tele/${topic}/LWT`, "Online", { retain: true })
    ],
    speak: (moment) => {
      const { minute, state } = moment
      if (minute === resetMinute) counter.set(metered(state).importMwh, 0)
      if (minute === preset?.minute) counter.set(metered(state).importMwh, preset.to)
      if (!isTurn(moment, telePeriod)) return []
      const said = sensor(moment)
      const answer = say(`stat/${topic}/STATUS10`, { StatusSNS: said }, { afterMs: 1_200 })
      const tele = [
        say(`tele/${topic}/STATE`, { Time: moment.wall, POWER: "ON" }),
        say(`tele/${topic}/SENSOR`, said)
      ]
      // Somebody asks for the status once an hour, and is told the same again.
      return minute % 60 === 0 ? [...tele, answer] : tele
    }
  }
}
