import * as Chance from "../Chance.ts"
import * as Battery from "../physics/Battery.ts"
import * as Charger from "../physics/Charger.ts"
import * as HeatPump from "../physics/HeatPump.ts"
import * as Photovoltaics from "../physics/Photovoltaics.ts"
import * as Sun from "../physics/Sun.ts"
import * as Weather from "../physics/Weather.ts"
import * as Appliances from "./Appliances.ts"
import * as Day from "./Day.ts"
import { deviceKeys } from "./Household.ts"
import type { DeviceKey, House } from "./Household.ts"
import type { HouseState } from "./HouseState.ts"

/** The longest step of the physics, and the one used unless another is asked for. */
export const usualStepMs = 60_000

type Draft = {
  -readonly [Key in keyof HouseState]: HouseState[Key] extends
    | number
    | HouseState["heat"]
    | HouseState["charger"]
    ? HouseState[Key]
    : { [Device in DeviceKey]: number }
}

const control = Chance.salt("battery control")
const compressor = Chance.salt("compressor")

const darknessOf = (sun: Sun.SunPosition, cover: number): number =>
  Math.min(1, Math.max(0, (0.14 + 0.12 * cover - sun.elevation) / 0.16))

const appliances = (
  house: House,
  day: Day.Day,
  sun: Sun.SunPosition,
  sky: Weather.Weather,
  draft: Draft
): void => {
  const { powerW, at } = draft
  const { seed } = house
  const here = Appliances.presence(Day.minuteOf(house, at), day.workday)
  powerW.fridge = Appliances.fridgeW(seed, at, sky.outdoorC)
  powerW.dishwasher = Day.wattsOf(day, "dishwasher", at)
  powerW.oven = Day.wattsOf(day, "oven", at)
  const pans = Day.wattsOf(day, "kettle", at) + Day.wattsOf(day, "cooking", at)
  powerW.kitchen = powerW.fridge + powerW.dishwasher + powerW.oven + pans
  powerW.washer = Day.wattsOf(day, "washer", at)
  powerW.lights = Appliances.lightsW(seed, at, here, darknessOf(sun, sky.cover))
  draft.unmeteredW = Appliances.baseW(seed, at, here)
}

const heat = (
  house: House,
  sun: Sun.SunPosition,
  sky: Weather.Weather,
  draft: Draft,
  stepMs: number
): void => {
  if (house.heatPump === null) return
  const facing = house.latitude < 0 ? 0 : 180
  const next = HeatPump.step(
    house.heatPump,
    draft.heat,
    {
      outdoorC: sky.outdoorC,
      sunWPerM2: Sun.onPlane(sun, 90, facing, sky.beamShare, sky.cover),
      hotWater: Day.wattsOf(Day.containing(house, draft.at), "hotWater", draft.at) > 0,
      jitterW: Chance.around(house.seed, compressor, draft.at, 25)
    },
    stepMs
  )
  draft.heat = next.state
  draft.powerW.heatPump = next.powerW
}

/** Adds one step of constant power to everything; afterwards `at` is the end of that step. */
const step = (house: House, draft: Draft, stepMs: number): void => {
  const { powerW, at } = draft
  const day = Day.containing(house, at)
  const middle = at + stepMs / 2
  const sun = Sun.position(middle, house.latitude, house.longitude)
  const sky = Weather.at(house.seed, house.latitude, house.longitude, middle)
  draft.outdoorC = sky.outdoorC
  appliances(house, day, sun, sky, draft)
  heat(house, sun, sky, draft, stepMs)
  powerW.photovoltaics =
    house.photovoltaics === null ? 0 : 0 - Photovoltaics.generate(house.photovoltaics, sun, sky)
  let net =
    draft.unmeteredW + powerW.kitchen + powerW.washer + powerW.lights + powerW.heatPump + powerW.photovoltaics
  if (house.charger !== null) {
    const stay = Day.stayAt(day, at)
    const next = Charger.step(house.charger, draft.charger, stay, at, -net, stepMs)
    draft.charger = next.state
    powerW.charger = next.powerW
    net += next.powerW
  }
  if (house.battery !== null) {
    // Surplus may have gone to the car, but the battery does not empty itself into it. And a real controller
    // chases the meter and never quite hits zero.
    const asked = net > 0 ? Math.max(0, net - powerW.charger) : net
    const wanted = asked + Math.round(Chance.around(house.seed, control, at, 20))
    const stored = Battery.storedMj(house.battery, draft.importMj.battery, draft.exportMj.battery)
    powerW.battery = Battery.respond(house.battery, stored, wanted, stepMs)
    net += powerW.battery
  }
  powerW.grid = net
  for (const key of deviceKeys) {
    const energy = powerW[key] * stepMs
    if (energy > 0) draft.importMj[key] += energy
    else draft.exportMj[key] -= energy
  }
  draft.unmeteredMj += draft.unmeteredW * stepMs
  draft.at = at + stepMs
}

/**
 * The house at a later instant, reached in steps of `stepMs` and a shorter last one; the given state is left
 * as it is.
 *
 * Two ways to the same instant give the same state when they put their steps at the same instants: going on
 * from a saved state is the same as never having stopped.
 */
export const advance = (
  house: House,
  state: HouseState,
  to: number,
  stepMs: number = usualStepMs
): HouseState => {
  const draft: Draft = {
    ...state,
    powerW: { ...state.powerW },
    importMj: { ...state.importMj },
    exportMj: { ...state.exportMj }
  }
  while (draft.at < to) step(house, draft, Math.min(stepMs, to - draft.at))
  return draft
}
