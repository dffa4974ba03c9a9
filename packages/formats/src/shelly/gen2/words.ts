import type { FormatWords } from "../../Format.ts"

const notify = (src: string, params: string) =>
  `{"src":"${src}","dst":"${src}/events","method":"NotifyStatus","params":${params}}`

const examples: FormatWords["examples"] = [
  {
    topic: "shellyplus1pm-a8032ab12345/online",
    payload: "true",
    says: "shellyplus1pm-a8032ab12345 is online"
  },
  {
    topic: "shellyplus1pm-a8032ab12345/events/rpc",
    payload: notify(
      "shellyplus1pm-a8032ab12345",
      '{"ts":1767981459.25,"switch:0":{"id":0,"apower":51.2,"voltage":230.4,"current":0.22,' +
        '"aenergy":{"total":11233.5,"by_minute":[806.2,853.1,0],"minute_ts":1767981420}}}'
    ),
    says:
      "shellyplus1pm-a8032ab12345 switch:0: powerW 51.2, importWh 11233.5, voltageV 230.4, currentA 0.22 " +
      "at 2026-01-09T17:57:39.250Z"
  },
  {
    topic: "shellyplus1pm-a8032ab12345/events/rpc",
    payload: notify("shellyplus1pm-a8032ab12345", '{"ts":1767981461,"switch:0":{"id":0,"apower":0}}'),
    says:
      "shellyplus1pm-a8032ab12345 switch:0: powerW 0, voltageV 230.4, currentA 0.22 at " +
      "2026-01-09T17:57:41Z"
  },
  {
    topic: "shellyplus1pm-a8032ab12345/events/rpc",
    payload: notify("shellyplus1pm-a8032ab12345", '{"ts":1767981462,"switch:0":{"id":0,"output":false}}'),
    says: "nothing: holds no values"
  },
  {
    topic: "pv/status/switch:0",
    payload:
      '{"id":0,"output":true,"apower":-310,"aenergy":{"total":5400.25},"ret_aenergy":{"total":5000},' +
      '"temperature":{"tC":41.5,"tF":106.7}}',
    says: "pv switch:0: powerW -310, importWh 400.25, exportWh 5000, temperatureC 41.5"
  },
  {
    topic: "shellypro3em-fce8c0d12345/events/rpc",
    payload: notify(
      "shellypro3em-fce8c0d12345",
      '{"ts":1767981459.01,"em:0":{"id":0,"a_act_power":100.5,"a_voltage":231,"b_act_power":-40,' +
        '"c_act_power":0,"total_act_power":60.5}}'
    ),
    says: [
      "shellypro3em-fce8c0d12345 main: powerW 60.5 at 2026-01-09T17:57:39.010Z",
      "shellypro3em-fce8c0d12345 l1: powerW 100.5, voltageV 231 at 2026-01-09T17:57:39.010Z",
      "shellypro3em-fce8c0d12345 l2: powerW -40 at 2026-01-09T17:57:39.010Z",
      "shellypro3em-fce8c0d12345 l3: powerW 0 at 2026-01-09T17:57:39.010Z"
    ].join("\n")
  },
  {
    topic: "shellypro3em-fce8c0d12345/events/rpc",
    payload: notify(
      "shellypro3em-fce8c0d12345",
      '{"ts":1767981480,"emdata:0":{"id":0,"a_total_act_energy":700,"a_total_act_ret_energy":1,' +
        '"total_act":1000.5,"total_act_ret":20}}'
    ),
    says: [
      "shellypro3em-fce8c0d12345 main: importWh 1000.5, exportWh 20 at 2026-01-09T17:58:00Z",
      "shellypro3em-fce8c0d12345 l1: importWh 700, exportWh 1 at 2026-01-09T17:58:00Z"
    ].join("\n")
  },
  {
    topic: "shellyproem50-1/events/rpc",
    payload: notify(
      "shellyproem50-1",
      '{"ts":1767981480,"em1:1":{"id":1,"act_power":-512.3},"em1data:1":{"id":1,"total_act_energy":3,' +
        '"total_act_ret_energy":912}}'
    ),
    says: "shellyproem50-1 em1:1: powerW -512.3, importWh 3, exportWh 912 at 2026-01-09T17:58:00Z"
  }
]

/** What people are told of Shelly's later generations. */
export const words: FormatWords = {
  name: "Shelly, second generation and later",
  devices: "Shelly Plus, Pro, Gen3 and Gen4 models with a meter: 1PM, Plug, PM Mini, EM, 3EM",
  setUp: [
    "Open the device's web page, Settings, MQTT, and enable it with address, user and password of the " +
      "broker.",
    "Leave RPC status notifications over MQTT switched on. Generic status updates are read too; one is " +
      "enough.",
    "Leave the prefix as it is, or give each device one of its own."
  ],
  traps: [
    "A notification carries only what changed. Power, voltage and current that are left out stay as they " +
      "were; " +
      "a register that is left out is not repeated.",
    "What flows back through a switch is counted in aenergy as well as in ret_aenergy: import is the " +
      "difference. Without ret_aenergy, aenergy is import alone.",
    "by_minute holds milliwatt-hours of the last minutes, which the register tells as well: it is left out.",
    "Times are seconds with fractions. A device whose clock is not set sends none; then the time of " +
      "arrival counts."
  ],
  quantities: [
    "powerW",
    "importWh",
    "exportWh",
    "voltageV",
    "currentA",
    "frequencyHz",
    "powerFactor",
    "temperatureC"
  ],
  examples
}
