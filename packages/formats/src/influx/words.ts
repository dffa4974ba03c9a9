import type { FormatWords } from "../Format.ts"

/** What people are told about line protocol. */
export const words: FormatWords = {
  name: "InfluxDB line protocol",
  devices:
    "Telegraf, IotaWatt, Home Assistant, openHAB, dsmr-reader, Node-RED and every other program that can " +
    "write to InfluxDB 1, 2 or 3.",
  setUp: [
    "Put the address of this server where the address of InfluxDB stands; keep the version your " +
      "program uses.",
    "Use a device credential or an API key as the token (versions 2 and 3) or as the password (version 1). " +
      "Any bucket, organisation, database or user name will do.",
    "Write something, then bind each measurement with its tags to a device."
  ],
  traps: [
    "Times are in nanoseconds unless the address says precision=; version 3 finds the unit in their size.",
    "A line that cannot be read is named in the answer with its number; the other lines are stored.",
    "Several lines of one measurement, the same tags and the same time are one reading.",
    "Units are not sent. Names such as power_w, total_import_kwh or voltage are understood; for others say " +
      "what they mean where you bind them. A field called value is judged by the name of its measurement.",
    "Text and truth values are passed over."
  ],
  quantities: [
    "powerW",
    "importWh",
    "exportWh",
    "voltageV",
    "currentA",
    "frequencyHz",
    "powerFactor",
    "temperatureC",
    "stateOfChargePct"
  ],
  examples: [
    {
      topic: "/write?db=telegraf&precision=s",
      payload:
        "modbus,host=gateway,name=Meter\\ 1 " +
        "power_w=1520.5,total_import_kwh=1234.567,voltage=230.1 1700000000",
      says:
        "modbus,host=gateway,name=Meter 1 main: powerW 1520.5, importWh 1234567, voltageV 230.1 " +
        "at 2023-11-14T22:13:20Z"
    },
    {
      topic: "/api/v2/write?org=home&bucket=energy&precision=ns",
      payload:
        "iotawatt,device=IotaWatt,ct=Mains Watts=-315.2 1700000000000000000\n" +
        "iotawatt,device=IotaWatt,ct=Mains Volts=231.4,PF=0.97 1700000000000000000",
      says:
        "iotawatt,ct=Mains,device=IotaWatt main: powerW -315.2, voltageV 231.4, powerFactor 0.97 " +
        "at 2023-11-14T22:13:20Z"
    },
    {
      topic: "/api/v3/write_lp?db=energy",
      payload: 'dsmr,meter=P1 power_w=420i,tariff="2" 1700000000\ndsmr,meter=P1 power_w= 1700000001',
      says: "dsmr,meter=P1 main: powerW 420 at 2023-11-14T22:13:20Z"
    },
    {
      topic: "/write?db=homeassistant&precision=ms",
      payload: "W,domain=sensor,entity_id=mains_power value=820 1700000000123",
      says: "W,domain=sensor,entity_id=mains_power main: powerW 820 at 2023-11-14T22:13:20.123Z"
    }
  ]
}
