import { TimeZone } from "@wattkit/core"
import * as Chance from "../Chance.ts"
import * as Battery from "../physics/Battery.ts"
import * as Charger from "../physics/Charger.ts"
import * as HeatPump from "../physics/HeatPump.ts"
import * as Photovoltaics from "../physics/Photovoltaics.ts"
import type { DeviceId, DeviceKind, DeviceRole } from "../Words.ts"

/** The devices that a house can have, by the name they have inside the simulation. */
export const deviceKeys = [
  "grid",
  "photovoltaics",
  "battery",
  "charger",
  "heatPump",
  "kitchen",
  "fridge",
  "dishwasher",
  "oven",
  "washer",
  "lights"
] as const
export type DeviceKey = (typeof deviceKeys)[number]

/** A simulated device: what one would register, and the registers it was bought with. */
export interface SimulatedDevice {
  readonly key: DeviceKey
  readonly id: DeviceId
  readonly name: string
  readonly role: DeviceRole
  readonly kind: DeviceKind
  readonly parentId: DeviceId | null
  /** What the register showed at the start, in milliwatt-hours. */
  readonly importBase: number
  readonly exportBase: number
}

/** One simulated household: a plain value that can be written as JSON and read back. */
export interface House {
  readonly seed: number
  readonly zone: TimeZone.TimeZone
  readonly latitude: number
  readonly longitude: number
  readonly start: number
  readonly phases: 1 | 3
  /** Local dates (`2026-06-04`), or days of every year (`12-25`), that are lived like a Sunday. */
  readonly holidays: ReadonlyArray<string>
  readonly photovoltaics: Photovoltaics.Photovoltaics | null
  readonly battery: Battery.Battery | null
  readonly charger: Charger.Charger | null
  readonly heatPump: HeatPump.HeatPump | null
  readonly devices: ReadonlyArray<SimulatedDevice>
}

/** What can be chosen; everything but the start has a usual value, and `false` leaves a device out. */
export interface HouseOptions {
  readonly start: number
  readonly seed?: number
  /** Goes together with latitude and longitude: the clock is the zone's, the sun is the coordinates'. */
  readonly zone?: string
  readonly latitude?: number
  readonly longitude?: number
  readonly phases?: 1 | 3
  readonly holidays?: ReadonlyArray<string>
  readonly photovoltaics?: Partial<Photovoltaics.Photovoltaics> | false
  readonly battery?: Partial<Battery.Battery> | false
  readonly charger?: Partial<Charger.Charger> | false
  readonly heatPump?: Partial<HeatPump.HeatPump> | false
  /** Stands before every device id, so that several houses can live in one tenant. */
  readonly idPrefix?: string
}

type Row = readonly [DeviceKey, string, string, DeviceRole, DeviceKind, DeviceKey | null, number, number]

// Key, id, name, role, kind, parent, and the kWh that the two registers may show at most when the story
// begins.
const catalogue: ReadonlyArray<Row> = [
  ["grid", "grid", "Grid meter", "grid", "grid_meter", null, 24_000, 19_000],
  ["photovoltaics", "pv", "Solar inverter", "generation", "inverter", "grid", 0, 31_000],
  ["battery", "battery", "Battery", "storage", "battery", "grid", 7_000, 6_000],
  ["charger", "charger", "Wall box", "load", "charger", "grid", 9_000, 0],
  ["heatPump", "heat-pump", "Heat pump", "load", "heat_pump", "grid", 14_000, 0],
  ["kitchen", "kitchen", "Kitchen circuit", "load", "sub_meter", "grid", 5_000, 0],
  ["fridge", "fridge", "Fridge", "load", "plug", "kitchen", 900, 0],
  ["dishwasher", "dishwasher", "Dishwasher", "load", "plug", "kitchen", 1_100, 0],
  ["oven", "oven", "Oven", "load", "plug", "kitchen", 900, 0],
  ["washer", "washing-machine", "Washing machine", "load", "plug", "grid", 700, 0],
  ["lights", "lights", "Lights", "load", "sub_meter", "grid", 1_200, 0]
]

const bought = Chance.salt("register at start")

const devicesOf = (seed: number, prefix: string, has: (key: DeviceKey) => boolean) =>
  catalogue
    .filter(([key]) => has(key))
    .map((row, index): SimulatedDevice => {
      const [key, id, name, role, kind, parent, importKwh, exportKwh] = row
      const idOf = (text: string): DeviceId => `${prefix}${text}` as DeviceId
      const base = (kwh: number, direction: number): number =>
        Math.floor(kwh * 1_000_000 * (0.3 + 0.7 * Chance.unit(seed, bought + direction, index)))
      return {
        key,
        id: idOf(id),
        name,
        role,
        kind,
        parentId: parent === null ? null : idOf(parent),
        importBase: base(importKwh, 0),
        exportBase: base(exportKwh, 1)
      }
    })

const chosen = <A>(usual: A, wanted: Partial<A> | false | undefined): A | null =>
  wanted === false ? null : { ...usual, ...wanted }

/**
 * Describes a house; without options beyond the start, a family in Berlin that has everything.
 *
 * Throws for a zone that is none, since nothing sensible can follow.
 */
export const make = (options: HouseOptions): House => {
  const zone = TimeZone.makeOrThrow(options.zone ?? "Europe/Berlin")
  const { start, seed = 1, latitude = 52.52, longitude = 13.4, phases = 1 } = options
  const parts = {
    photovoltaics: chosen(Photovoltaics.usual(latitude), options.photovoltaics),
    battery: chosen(Battery.usual, options.battery),
    charger: chosen(Charger.usual, options.charger),
    heatPump: chosen(HeatPump.usual, options.heatPump)
  }
  const { holidays = ["01-01", "05-01", "12-25", "12-26"], idPrefix = "" } = options
  const has = (key: DeviceKey): boolean => !(key in parts) || parts[key as keyof typeof parts] !== null
  const devices = devicesOf(seed, idPrefix, has)
  return { seed, zone, latitude, longitude, start, phases, holidays, ...parts, devices }
}
