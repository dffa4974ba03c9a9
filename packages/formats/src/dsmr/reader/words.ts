import type { FormatWords } from "../../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "dsmr/json",
    payload:
      '{"id":42,"timestamp":"2026-01-09T17:57:39Z","electricity_delivered_1":"1545.380",' +
      '"electricity_delivered_2":"2033.123","electricity_returned_1":"10.500",' +
      '"electricity_returned_2":"0.250",' +
      '"electricity_currently_delivered":"0.000","electricity_currently_returned":"1.254",' +
      '"phase_currently_delivered_l1":"0.100","phase_voltage_l1":"231.4",' +
      '"extra_device_timestamp":"2026-01-09T17:00:00Z","extra_device_delivered":"1234.567"}',
    says: [
      "dsmr main: powerW -1254, importWh 3578503, exportWh 10750 at 2026-01-09T17:57:39Z",
      "dsmr l1: powerW 100, voltageV 231.4 at 2026-01-09T17:57:39Z",
      "dsmr gas: gas_m3 1234.567? at 2026-01-09T17:00:00Z"
    ].join("\n")
  },
  {
    topic: "dsmr/reading/electricity_delivered_1",
    payload: "1545.380",
    says: "nothing: waits for what belongs to it"
  },
  { topic: "dsmr/reading/electricity_delivered_2", payload: "2033.123", says: "dsmr main: importWh 3578503" },
  {
    topic: "dsmr/reading/electricity_delivered_1",
    payload: "1545.381",
    says: "nothing: waits for what belongs to it"
  },
  { topic: "dsmr/reading/electricity_delivered_2", payload: "2033.123", says: "dsmr main: importWh 3578504" },
  { topic: "dsmr/reading/electricity_currently_delivered", payload: "0.412", says: "dsmr main: powerW 412" },
  { topic: "dsmr/reading/electricity_currently_returned", payload: "0.000", says: "dsmr main: powerW 412" },
  {
    topic: "dsmr/reading/electricity_currently_delivered",
    payload: "0.000",
    says: "nothing: waits for what belongs to it"
  },
  { topic: "dsmr/reading/electricity_currently_returned", payload: "1.254", says: "dsmr main: powerW -1254" },
  {
    topic: "dsmr/day-consumption/electricity_cost",
    payload: "1.20",
    says: "nothing: says again what others say"
  }
]

/** What people are told of dsmr-reader. */
export const words: FormatWords = {
  name: "DSMR-reader",
  devices: "Smart meters with a P1 port that are read by DSMR-reader",
  setUp: [
    "In DSMR-reader's configuration open MQTT and enter the address, user and password of the broker.",
    "Enable the telegram as JSON (dsmr/json), or as split topics (dsmr/reading/…); one of them is enough."
  ],
  traps: [
    "There is a register for each tariff, under a topic each: those of one telegram are added up, and " +
      "never one of this telegram and one of the last.",
    "Power is in kW and comes for each direction. One that is 0 says something only together with the other.",
    "Delivered means delivered to the household: it is import here.",
    "Numbers are sent as texts.",
    "Consumption by day and statistics say again what the registers say, and are left out."
  ],
  quantities: ["powerW", "importWh", "exportWh", "voltageV", "currentA"],
  examples
}
