import type { Load } from "./Load.ts"

const everyMs = 10_000

/** What a device says at a tick: power, the register and the voltage, as the storage bench has them. */
export const valuesOf = (load: Pick<Load, "start">, device: number, tick: number) => ({
  at: load.start + tick * everyMs,
  powerW: ((device * 31 + tick * 17) % 3000) + 0.5,
  importWh: device * 1000 + tick * 1.25,
  voltageV: 228 + ((device + tick) % 50) / 10
})

/** The same as our server reads it. */
export const saidBy = (load: Pick<Load, "start">, device: number, tick: number) => {
  const values = valuesOf(load, device, tick)
  return { ...values, at: new Date(values.at).toISOString() }
}
