import type { DeviceReading } from "../Words.ts"
import { channelOf, faulty, hasRegister, mapRegisters } from "./Faulty.ts"
import type { Faulty } from "./Faulty.ts"
import type { Trigger } from "./Trigger.ts"

/**
 * The registers of a device start again from zero at an instant and stay low, as after an exchange of the
 * meter. What flowed between the last reading before and the first after is in the first after.
 */
export const withReset = (readings: Iterable<DeviceReading>, deviceId: string, at: number): Faulty =>
  faulty(readings, function* (note) {
    const before = new Map<string, DeviceReading>()
    const noted = new Set<string>()
    for (const reading of readings) {
      const channel = channelOf(reading)
      if (reading.deviceId !== deviceId || !hasRegister(reading)) yield reading
      else if (reading.at < at) {
        before.set(channel, reading)
        yield reading
      } else {
        const base = before.get(channel) ?? reading
        before.set(channel, base)
        if (!noted.has(channel)) note("reset", reading)
        noted.add(channel)
        yield mapRegisters(reading, (wh, quantity) => wh - (base[quantity] ?? 0))
      }
    }
  })

/** Registers wrap to zero at `modulusWh`, as one with too few digits does; labelled where one wraps. */
export const withRollOver = (
  readings: Iterable<DeviceReading>,
  trigger: Trigger,
  modulusWh: number
): Faulty =>
  faulty(readings, function* (note) {
    const turns = new Map<string, number>()
    for (const reading of readings) {
      if (!hasRegister(reading) || !trigger(reading)) {
        yield reading
        continue
      }
      let wrapped = false
      const said = mapRegisters(reading, (wh, quantity) => {
        const key = `${channelOf(reading)}/${quantity}`
        const turn = Math.floor(wh / modulusWh)
        wrapped ||= turn > (turns.get(key) ?? turn)
        turns.set(key, turn)
        return wh - turn * modulusWh
      })
      if (wrapped) note("rollOver", reading)
      yield said
    }
  })

/** Struck readings show a wrong register, zero unless told, and the next one is right again. */
export const withGlitches = (readings: Iterable<DeviceReading>, trigger: Trigger, valueWh = 0): Faulty =>
  faulty(readings, function* (note) {
    for (const reading of readings) {
      if (hasRegister(reading) && trigger(reading)) {
        note("glitch", reading)
        yield mapRegisters(reading, () => valueWh)
      } else yield reading
    }
  })
