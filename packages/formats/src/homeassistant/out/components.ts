import type { QuantityName } from "@wattkit/core"
import { plainId, plainName, type Shown } from "./Announcement.ts"

/** How Home Assistant is told of a quantity. */
interface Kind {
  readonly name: string
  readonly deviceClass: string
  readonly stateClass: string
  readonly unit: string
  /** Factor from the quantity to what Home Assistant shows. */
  readonly scale: number
  readonly digits: number
}

/** Energy since the reading before is no state; the registers are what counts. */
const kinds: { readonly [name in QuantityName]?: Kind } = {
  powerW: {
    name: "Power",
    deviceClass: "power",
    stateClass: "measurement",
    unit: "W",
    scale: 1,
    digits: 0
  },
  importWh: {
    name: "Energy import",
    deviceClass: "energy",
    stateClass: "total_increasing",
    unit: "kWh",
    scale: 0.001,
    digits: 3
  },
  exportWh: {
    name: "Energy export",
    deviceClass: "energy",
    stateClass: "total_increasing",
    unit: "kWh",
    scale: 0.001,
    digits: 3
  },
  voltageV: {
    name: "Voltage",
    deviceClass: "voltage",
    stateClass: "measurement",
    unit: "V",
    scale: 1,
    digits: 1
  },
  currentA: {
    name: "Current",
    deviceClass: "current",
    stateClass: "measurement",
    unit: "A",
    scale: 1,
    digits: 2
  },
  frequencyHz: {
    name: "Frequency",
    deviceClass: "frequency",
    stateClass: "measurement",
    unit: "Hz",
    scale: 1,
    digits: 2
  },
  powerFactor: {
    name: "Power factor",
    deviceClass: "power_factor",
    stateClass: "measurement",
    unit: "%",
    scale: 100,
    digits: 0
  },
  temperatureC: {
    name: "Temperature",
    deviceClass: "temperature",
    stateClass: "measurement",
    unit: "°C",
    scale: 1,
    digits: 1
  },
  stateOfChargePct: {
    name: "State of charge",
    deviceClass: "battery",
    stateClass: "measurement",
    unit: "%",
    scale: 1,
    digits: 0
  }
}

/** The key of a number, in the announcement as well as in the states. */
export const keyOf = (shown: Shown): string => {
  const what = shown.kind === "cost" ? "cost" : shown.quantity
  return shown.channel === "main" ? what : `${what}_${plainName(shown.channel)}`
}

/** What Home Assistant shows of a quantity; undefined where the quantity is no state. */
export const valueOf = (quantity: QuantityName, value: number): number | undefined => {
  const kind = kinds[quantity]
  return kind === undefined || !Number.isFinite(value)
    ? undefined
    : Number((value * kind.scale).toPrecision(15))
}

const titled = (name: string, channel: string): string => (channel === "main" ? name : `${name} ${channel}`)

/** The component of a device payload that a number becomes; undefined where it is no state. */
export const componentOf = (deviceId: string, shown: Shown): object | undefined => {
  const key = keyOf(shown)
  const shared = {
    p: "sensor",
    unique_id: `wattkit_${plainId(deviceId)}_${key}`,
    value_template: `{{ value_json.${key} }}`
  }
  if (shown.kind === "cost") {
    return {
      ...shared,
      name: titled("Cost", shown.channel),
      device_class: "monetary",
      // Home Assistant takes money only as a total, and a total that begins anew needs to say when it did.
      state_class: "total",
      unit_of_measurement: shown.currency,
      suggested_display_precision: 2,
      ...(shown.isPeriodic ? { last_reset_value_template: `{{ value_json.${key}_since }}` } : {})
    }
  }
  const kind = kinds[shown.quantity]
  if (kind === undefined) return undefined
  return {
    ...shared,
    name: titled(kind.name, shown.channel),
    device_class: kind.deviceClass,
    state_class: kind.stateClass,
    unit_of_measurement: kind.unit,
    suggested_display_precision: kind.digits
  }
}
