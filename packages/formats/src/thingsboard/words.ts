import type { FormatWords } from "../Format.ts"

/** What people are told about ThingsBoard. */
export const words: FormatWords = {
  name: "ThingsBoard",
  devices: "Devices, gateways and firmware made for ThingsBoard, over MQTT or HTTP.",
  setUp: [
    "Put the address of this server where the address of ThingsBoard stands.",
    "Use a device credential as the access token: it is the user name over MQTT and a part of " +
      "the path over " +
      "HTTP.",
    "A gateway uses an API key and names its devices; bind each of those names to a device."
  ],
  traps: [
    "Times are in milliseconds. Without one a message counts as of when it arrived.",
    "Units are not sent: names that say enough are understood, such as power or " +
      "total_import_kwh; for others " +
      "say what they mean where you bind the device.",
    "Attributes are no readings; they are understood and passed over.",
    "Only JSON is read, not Protobuf."
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
      topic: "v1/devices/me/telemetry",
      payload: '{"ts":1451649600512,"values":{"power":742.5,"total_import_kwh":1200.25,"key1":"value1"}}',
      says: "me main: powerW 742.5, importWh 1200250 at 2016-01-01T12:00:00.512Z"
    },
    {
      topic: "v2/t",
      payload: '{"power":300}',
      says: "me main: powerW 300"
    },
    {
      topic: "v1/gateway/telemetry",
      payload:
        '{"Device A":[{"ts":1483228800000,"values":{"temperature":42,"humidity":80}}],' +
        '"Device B":[{"ts":1483228800000,"values":{"power_kw":1.5}}]}',
      says: [
        "Device A main: temperature 42?, humidity 80? at 2017-01-01T00:00:00Z",
        "Device B main: powerW 1500 at 2017-01-01T00:00:00Z"
      ].join("\n")
    },
    {
      topic: "/api/v1/me/telemetry",
      payload: '[{"ts":1527863043000,"values":{"power":-120}},{"ts":1527863044000,"values":{"power":-118}}]',
      says: [
        "me main: powerW -120 at 2018-06-01T14:24:03Z",
        "me main: powerW -118 at 2018-06-01T14:24:04Z"
      ].join("\n")
    },
    {
      topic: "v1/gateway/disconnect",
      payload: '{"device":"Device A"}',
      says: "Device A is offline"
    }
  ]
}
