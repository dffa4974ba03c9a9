import * as Chance from "../Chance.ts"
import * as Battery from "../physics/Battery.ts"
import type { ChannelName, DeviceReading, Instant } from "../Words.ts"
import type { House, SimulatedDevice } from "./Household.ts"
import type { HouseState } from "./HouseState.ts"

const main = "main" as ChannelName
const phaseNames = ["L1" as ChannelName, "L2" as ChannelName, "L3" as ChannelName] as const
const mains = Chance.salt("mains")

const to = (digits: number, value: number): number => {
  const scale = 10 ** digits
  // Adding zero turns a negative zero into zero, which JSON would lose.
  return Math.round(value * scale) / scale + 0
}

/** A register as the device shows it: whole milliwatt-hours, written in Wh. */
const registerWh = (base: number, energyMj: number): number => (base + Math.floor(energyMj / 3_600)) / 1_000

const voltage = (house: House, at: number, phase: number): number =>
  230 +
  6 * (Chance.smooth(house.seed, mains + phase, at / 900_000) - 0.5) +
  Chance.around(house.seed, mains + phase, at, 0.6)

/**
 * The power of the grid meter on each phase; large devices use all three, the rest sits where it was wired.
 */
const phasesOf = (state: HouseState): readonly [number, number, number] => {
  const { powerW } = state
  const third = Math.round((powerW.photovoltaics + powerW.battery + powerW.charger + powerW.heatPump) / 3)
  const first = third + powerW.kitchen
  const second = third + powerW.washer + powerW.lights
  return [first, second, powerW.grid - first - second]
}

const gridReadings = (
  house: House,
  state: HouseState,
  device: SimulatedDevice
): ReadonlyArray<DeviceReading> => {
  const at = state.at as Instant
  const total = state.powerW.grid
  const whole: DeviceReading = {
    deviceId: device.id,
    at,
    channel: main,
    powerW: total,
    importWh: registerWh(device.importBase, state.importMj.grid),
    exportWh: registerWh(device.exportBase, state.exportMj.grid),
    voltageV: to(1, voltage(house, at, 0)),
    frequencyHz: to(2, 50 + Chance.around(house.seed, mains, at, 0.04))
  }
  if (house.phases === 1) return [whole]
  return [
    whole,
    ...phasesOf(state).map((powerW, phase): DeviceReading => {
      const voltageV = to(1, voltage(house, at, phase))
      const currentA = to(2, powerW / voltageV)
      return {
        deviceId: device.id,
        at,
        channel: phaseNames[phase] ?? main,
        powerW: powerW + 0,
        voltageV,
        currentA
      }
    })
  ]
}

const readingsOf = (
  house: House,
  state: HouseState,
  device: SimulatedDevice
): ReadonlyArray<DeviceReading> => {
  const { key, id: deviceId } = device
  if (key === "grid") return gridReadings(house, state, device)
  const said = { deviceId, at: state.at as Instant, channel: main, powerW: state.powerW[key] }
  const importWh = registerWh(device.importBase, state.importMj[key])
  const exportWh = registerWh(device.exportBase, state.exportMj[key])
  if (key === "photovoltaics") return [{ ...said, exportWh }]
  if (key === "heatPump")
    return [
      { ...said, importWh, temperatureC: to(2, state.heat.indoorC) },
      {
        deviceId,
        at: said.at,
        channel: "outdoor" as ChannelName,
        temperatureC: to(1, state.outdoorC)
      }
    ]
  if (key === "battery" && house.battery !== null) {
    const { battery: taken } = state.importMj
    const { battery: given } = state.exportMj
    return [
      { ...said, importWh, exportWh, stateOfChargePct: Battery.stateOfChargePct(house.battery, taken, given) }
    ]
  }
  return [{ ...said, importWh }]
}

/** What all devices say at the instant of a state, in the order of the house's devices. */
export const readings = (house: House, state: HouseState): ReadonlyArray<DeviceReading> =>
  house.devices.flatMap((device) => readingsOf(house, state, device))
