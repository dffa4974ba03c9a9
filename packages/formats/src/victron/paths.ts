import type { QuantityName } from "@wattkit/core"
import type { Meaning } from "../spec/FormatSpec.ts"

type Meanings = { readonly [path: string]: Meaning }

const phases = (make: (phase: string, channel: string) => Meanings): Meanings =>
  Object.assign({}, ...[1, 2, 3].map((n) => make(`L${n}`, `l${n}`)))

/** What measures alternating current: + flows into what it measures, as on the grid, or out of it. */
const meter = (given: boolean): Meanings => {
  const power: Meaning = { is: "powerW", negated: given }
  const forward: QuantityName = given ? "exportWh" : "importWh"
  const reverse: QuantityName = given ? "importWh" : "exportWh"
  return {
    "Ac/Power": power,
    "Ac/Frequency": { is: "frequencyHz" },
    "Ac/Energy/Forward": { is: forward, in: "kWh" },
    "Ac/Energy/Reverse": { is: reverse, in: "kWh" },
    ...phases((phase, channel) => ({
      [`Ac/${phase}/Power`]: { ...power, channel },
      [`Ac/${phase}/Voltage`]: { is: "voltageV", channel },
      [`Ac/${phase}/Current`]: { is: "currentA", channel },
      [`Ac/${phase}/Energy/Forward`]: { is: forward, in: "kWh", channel },
      [`Ac/${phase}/Energy/Reverse`]: { is: reverse, in: "kWh", channel }
    }))
  }
}

/** Absolute zero and what lies just above it is what the bus has where there is no probe. */
const temperature: Meaning = { is: "temperatureC", nothing: [-273, -273.15] }

const battery: Meanings = {
  "Dc/0/Power": { is: "powerW" },
  "Dc/0/Voltage": { is: "voltageV" },
  "Dc/0/Current": { is: "currentA" },
  "Dc/0/Temperature": temperature,
  Soc: { is: "stateOfChargePct" },
  "History/ChargedEnergy": { is: "importWh", in: "kWh" },
  "History/DischargedEnergy": { is: "exportWh", in: "kWh" }
}

const solarcharger: Meanings = {
  "Yield/Power": { is: "powerW", negated: true },
  "Yield/System": { is: "exportWh", in: "kWh" },
  "Yield/User": { ignored: "its owner can set it to 0; Yield/System goes on" },
  "Dc/0/Voltage": { is: "voltageV", channel: "battery" },
  "Dc/0/Current": { is: "currentA", channel: "battery" },
  "Pv/V": { is: "voltageV", channel: "pv" }
}

/** An inverter and charger: what it takes from the AC side and what it gives to the loads behind it. */
const vebus: Meanings = {
  "Ac/ActiveIn/P": { is: "powerW", channel: "ac-in" },
  "Ac/Out/P": { is: "powerW", negated: true, channel: "ac-out" },
  "Dc/0/Power": { is: "powerW", negated: true, channel: "battery" },
  "Dc/0/Voltage": { is: "voltageV", channel: "battery" },
  "Dc/0/Current": { is: "currentA", channel: "battery" },
  "Dc/0/Temperature": { is: "temperatureC", channel: "battery", nothing: [-273, -273.15] },
  Soc: { is: "stateOfChargePct", channel: "battery" },
  ...phases((phase, channel) => ({
    [`Ac/ActiveIn/${phase}/P`]: { is: "powerW", channel: `ac-in-${channel}` },
    [`Ac/ActiveIn/${phase}/V`]: { is: "voltageV", channel: `ac-in-${channel}` },
    [`Ac/ActiveIn/${phase}/I`]: { is: "currentA", channel: `ac-in-${channel}` },
    [`Ac/ActiveIn/${phase}/F`]: { is: "frequencyHz", channel: `ac-in-${channel}` },
    [`Ac/Out/${phase}/P`]: { is: "powerW", negated: true, channel: `ac-out-${channel}` },
    [`Ac/Out/${phase}/V`]: { is: "voltageV", channel: `ac-out-${channel}` },
    [`Ac/Out/${phase}/I`]: { is: "currentA", channel: `ac-out-${channel}` },
    [`Ac/Out/${phase}/F`]: { is: "frequencyHz", channel: `ac-out-${channel}` }
  }))
}

/** What the GX device adds up itself. */
const system: Meanings = {
  "Dc/Battery/Power": { is: "powerW", channel: "battery" },
  "Dc/Battery/Voltage": { is: "voltageV", channel: "battery" },
  "Dc/Battery/Current": { is: "currentA", channel: "battery" },
  "Dc/Battery/Temperature": { is: "temperatureC", channel: "battery", nothing: [-273, -273.15] },
  "Dc/Battery/Soc": { is: "stateOfChargePct", channel: "battery" },
  "Dc/Pv/Power": { is: "powerW", negated: true, channel: "pv" },
  ...phases((phase, channel) => ({
    [`Ac/Grid/${phase}/Power`]: { is: "powerW", channel: `grid-${channel}` },
    [`Ac/Consumption/${phase}/Power`]: { is: "powerW", channel: `consumption-${channel}` },
    [`Ac/PvOnGrid/${phase}/Power`]: { is: "powerW", negated: true, channel: `pv-${channel}` },
    [`Ac/PvOnOutput/${phase}/Power`]: { is: "powerW", negated: true, channel: `pv-out-${channel}` }
  }))
}

const services: { readonly [service: string]: Meanings } = {
  grid: meter(false),
  acload: meter(false),
  heatpump: meter(false),
  genset: meter(true),
  pvinverter: meter(true),
  battery,
  solarcharger,
  vebus,
  system,
  evcharger: { "Ac/Power": { is: "powerW" } },
  temperature: { Temperature: temperature }
}

/** The paths of Victron's bus that are read, beneath the service that has them. Energies are kWh. */
export const paths: Meanings = Object.fromEntries(
  Object.entries(services).flatMap(([service, meanings]) =>
    Object.entries(meanings).map(([path, meaning]) => [`${service}/${path}`, meaning])
  )
)
