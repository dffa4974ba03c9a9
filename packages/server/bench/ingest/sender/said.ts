import type { Task } from "./Task.ts"

type Clock = Pick<Task, "start">

/** How often a device says something. */
export const everyMs = 10_000

/** What a device says at a tick: power, the register and the voltage, as the storage bench has them. */
export const valuesOf = ({ start }: Clock, device: number, tick: number) => ({
  at: start + tick * everyMs,
  powerW: ((device * 31 + tick * 17) % 3000) + 0.5,
  importWh: device * 1000 + tick * 1.25,
  voltageV: 228 + ((device + tick) % 50) / 10
})

const wattkitOf = (clock: Clock, device: number, tick: number): string => {
  const { at, importWh, powerW, voltageV } = valuesOf(clock, device, tick)
  const instant = new Date(at).toISOString()
  return `{"at":"${instant}","powerW":${powerW},"importWh":${importWh},"voltageV":${voltageV}}`
}

const influxOf = (clock: Clock, device: number, tick: number): string => {
  const { at, importWh, powerW, voltageV } = valuesOf(clock, device, tick)
  return `r,d=meter-${device} powerW=${powerW},importWh=${importWh},voltageV=${voltageV} ${at}`
}

const rowsOf = {
  wattkit: wattkitOf,
  influx: influxOf,
  peer: (clock: Clock, device: number, tick: number): string =>
    JSON.stringify({ device: device + 1, ...valuesOf(clock, device, tick) })
}

/** So many readings of a device from a tick on, as the server reads them. */
export const saidBy = (
  { form, readings, start }: Pick<Task, "form" | "readings" | "start">,
  device: number,
  tick: number
): string => {
  const rows = Array.from({ length: readings }, (_, k) => rowsOf[form]({ start }, device, tick + k))
  if (form === "influx") return rows.join("\n")
  return rows.length === 1 && form === "wattkit" ? rows[0]! : `[${rows.join(",")}]`
}
