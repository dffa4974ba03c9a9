import type { FormatWords } from "../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "homewizard/p1",
    payload:
      '{"wifi_ssid":"net","wifi_strength":84,"smr_version":50,"meter_model":"Landis","active_tariff":2,' +
      '"total_power_import_kwh":13779.338,"total_power_import_t1_kwh":10830.511,' +
      '"total_power_import_t2_kwh":2948.827,"total_power_export_kwh":12.5,"active_power_w":-543,' +
      '"active_power_l1_w":-676,"active_voltage_l1_v":231,"active_current_l1_a":-3,' +
      '"total_gas_m3":2569.646,"gas_timestamp":210606140010}',
    says: [
      "p1 main: powerW -543, importWh 13779338, exportWh 12500",
      "p1 l1: powerW -676, voltageV 231, currentA -3",
      "p1 gas: total_gas_m3 2569.646?"
    ].join("\n")
  },
  {
    topic: "homewizard/p1",
    payload:
      '{"total_power_import_t1_kwh":10830.511,"total_power_import_t2_kwh":2948.827,' +
      '"total_power_export_t1_kwh":5,"total_power_export_t2_kwh":null,"active_power_w":812}',
    says: "p1 main: powerW 812, importWh 13779338"
  },
  {
    topic: "homewizard/plug",
    payload:
      '{"power_w":42.5,"energy_import_kwh":3.25,"energy_export_kwh":0,"voltage_v":230.1,"current_a":0.19,' +
      '"frequency_hz":50}',
    says: "plug main: powerW 42.5, importWh 3250, exportWh 0, voltageV 230.1, currentA 0.19, frequencyHz 50"
  }
]

/** What people are told of HomeWizard. */
export const words: FormatWords = {
  name: "HomeWizard",
  devices: "HomeWizard's P1 meter, kWh meters, plugs and batteries",
  setUp: [
    "Switch on the local API in HomeWizard's app, in the settings of the meter.",
    "Let a program in your network ask the meter for /api/v1/data every ten seconds and publish the " +
      "answer, as " +
      "it is, to homewizard/ followed by a name for the meter."
  ],
  traps: [
    "Powers are in W and energies in kWh, in one answer.",
    "There are up to four registers, one for each tariff. Their total is taken; where there is none they " +
      "are " +
      "added up, but only those of which each is there.",
    "Gas has a time of its own and no quantity: it is kept as a number of the channel gas.",
    "Times have no offset, so the time of arrival counts."
  ],
  quantities: [
    "powerW",
    "importWh",
    "exportWh",
    "voltageV",
    "currentA",
    "frequencyHz",
    "powerFactor",
    "stateOfChargePct"
  ],
  examples
}
