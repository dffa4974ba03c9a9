import type { FormatWords } from "../../Format.ts"

const telegram = (...lines: ReadonlyArray<string>) => lines.join("\r\n")

const withGas = telegram(
  "/ISK5\\2M550T-1012",
  "",
  "1-3:0.2.8(50)",
  "0-0:1.0.0(260329030500S)",
  "0-0:96.1.1(4530303433303037303532383730333138)",
  "1-0:1.8.1(001545.380*kWh)",
  "1-0:1.8.2(002033.123*kWh)",
  "1-0:2.8.1(000010.500*kWh)",
  "1-0:2.8.2(000000.250*kWh)",
  "0-0:96.14.0(0002)",
  "1-0:1.7.0(00.000*kW)",
  "1-0:2.7.0(01.254*kW)",
  "1-0:32.7.0(231.4*V)",
  "1-0:31.7.0(005*A)",
  "1-0:21.7.0(00.000*kW)",
  "1-0:22.7.0(01.254*kW)",
  "0-1:24.1.0(003)",
  "0-1:96.1.0(4730303339303031373334)",
  "0-1:24.2.1(260329010000W)(01234.567*m3)",
  "!EA54"
)

const oneTariffAlone = telegram("/KFM5KAIFA", "", "1-0:1.8.1(000100.000*kWh)", "1-0:1.7.0(00.412*kW)", "!")

const examples: FormatWords["examples"] = [
  {
    topic: "dsmr/raw",
    payload: withGas,
    says: [
      "E0043007052870318 main: powerW -1254, importWh 3578503, exportWh 10750 at 2026-03-29T01:05:00Z",
      "E0043007052870318 l1: powerW -1254, voltageV 231.4, currentA 5 at 2026-03-29T01:05:00Z",
      "E0043007052870318 gas: gas_m3 1234.567? at 2026-03-29T00:00:00Z"
    ].join("\n")
  },
  { topic: "meter/telegram", payload: oneTariffAlone, says: "meter main: powerW 412" },
  {
    topic: "meter/telegram",
    payload: `${oneTariffAlone}0000`,
    says: "malformed: has a wrong checksum"
  }
]

/** What people are told of DSMR telegrams. */
export const words: FormatWords = {
  name: "DSMR P1 telegram",
  devices:
    "Smart meters of the Netherlands, Belgium, Luxembourg and Sweden with a P1 port, through any reader",
  setUp: [
    "Let the reader at the P1 port publish each telegram as it is, from / to the checksum behind !, to a " +
      "topic that ends in /telegram, /raw or /p1.",
    "Bind the meter by its number, which the telegram holds."
  ],
  traps: [
    "There is a register for each tariff. They are added up, but only when both are in the telegram.",
    "Delivered means delivered to the household: it is import here.",
    "Power is in kW, and there is one for each direction: their difference is the power.",
    "The clock of the meter shows Central European time and says S in summer and W in winter, so that " +
      "the hour " +
      "that comes twice is told apart.",
    "A telegram whose checksum is wrong is not read. One without a checksum is.",
    "Gas, heat and water have times of their own, often of the last full hour. They are kept as numbers " +
      "of the " +
      "channels gas, heat and water."
  ],
  quantities: ["powerW", "importWh", "exportWh", "voltageV", "currentA", "frequencyHz"],
  examples
}
