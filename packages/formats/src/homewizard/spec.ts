import type { Field, FormatSpec } from "../spec/FormatSpec.ts"

const phase = (n: number): ReadonlyArray<Field> => [
  { at: `/active_power_l${n}_w`, is: "powerW", channel: `l${n}` },
  { at: `/power_l${n}_w`, is: "powerW", channel: `l${n}` },
  { at: `/active_voltage_l${n}_v`, is: "voltageV", channel: `l${n}` },
  { at: `/voltage_l${n}_v`, is: "voltageV", channel: `l${n}` },
  { at: `/active_current_l${n}_a`, is: "currentA", channel: `l${n}` },
  { at: `/current_l${n}_a`, is: "currentA", channel: `l${n}` }
]

/** A register for each tariff; where a meter has no total, all of those it has are added up. */
const register = (is: "importWh" | "exportWh", names: ReadonlyArray<string>): ReadonlyArray<Field> =>
  names.flatMap((name): ReadonlyArray<Field> => {
    const tariffs = [1, 2, 3, 4].map((n) => `/${name}_t${n}_kwh`)
    return [
      { at: `/${name}_kwh`, is, in: "kWh" },
      ...[4, 3, 2].map((count): Field => ({ at: tariffs.slice(0, count), is, in: "kWh" }))
    ]
  })

/** How the answers of HomeWizard's meters are read, of both versions of their interface. */
export const spec: FormatSpec = {
  rules: [
    {
      says: "object",
      topics: ["homewizard/{subject}", "homewizard/{subject}/{path...}"],
      times: [{ at: "/timestamp", written: "text" }],
      fields: [
        { at: "/active_power_w", is: "powerW" },
        { at: "/power_w", is: "powerW" },
        ...register("importWh", ["total_power_import", "energy_import"]),
        ...register("exportWh", ["total_power_export", "energy_export"]),
        { at: "/active_voltage_v", is: "voltageV" },
        { at: "/voltage_v", is: "voltageV" },
        { at: "/active_current_a", is: "currentA" },
        { at: "/current_a", is: "currentA" },
        { at: "/active_frequency_hz", is: "frequencyHz" },
        { at: "/frequency_hz", is: "frequencyHz" },
        { at: "/active_power_factor", is: "powerFactor" },
        { at: "/power_factor", is: "powerFactor" },
        { at: "/state_of_charge_pct", is: "stateOfChargePct" },
        ...phase(1),
        ...phase(2),
        ...phase(3),
        { at: "/total_gas_m3", unknown: true, channel: "gas" },
        { at: "/total_liter_m3", unknown: true, channel: "water" }
      ]
    }
  ]
}
