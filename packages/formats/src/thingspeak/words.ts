import type { FormatWords } from "../Format.ts"

/** What people are told about ThingSpeak. */
export const words: FormatWords = {
  name: "ThingSpeak",
  devices: "Sketches and loggers that write to ThingSpeak channels, over HTTP or MQTT.",
  setUp: [
    "Put the address of this server where api.thingspeak.com stands.",
    "Use a device credential as the write API key; over MQTT it is the password.",
    "Bind the channel to a device and say what field1 to field8 mean, and in which units they are sent."
  ],
  traps: [
    "A message says only field1 to field8: nothing is a reading before the binding says what they mean.",
    "created_at without an offset is in UTC, or in the zone that timezone names.",
    "With delta_t the last update is as of now, and the ones before count back from it: sent twice, it is " +
      "there twice. Prefer created_at.",
    "There is no limit of one update in fifteen seconds here."
  ],
  quantities: [],
  examples: [
    {
      topic: "/update?field1=230.4&field2=12.5",
      payload: "",
      says: "me main: field1 230.4?, field2 12.5?"
    },
    {
      topic: "/channels/12345/bulk_update.json",
      payload:
        '{"updates":[{"created_at":"2018-01-23 15:00:00 -0500","field1":"1","field2":2},' +
        '{"created_at":"2018-01-23T20:00:15Z","field1":3}]}',
      says: [
        "12345 main: field1 1?, field2 2? at 2018-01-23T20:00:00Z",
        "12345 main: field1 3? at 2018-01-23T20:00:15Z"
      ].join("\n")
    },
    {
      topic: "/channels/12345/bulk_update.csv",
      payload: "time_format=relative&updates=0,70|15,66,,4",
      says: [
        "12345 main: field1 70? at 2026-06-01T11:59:45Z",
        "12345 main: field1 66?, field3 4? at 2026-06-01T12:00:00Z"
      ].join("\n")
    },
    {
      topic: "channels/12345/publish",
      payload: "field1=45&field2=60&status=MQTTPUBLISH",
      says: "12345 main: field1 45?, field2 60?"
    }
  ]
}
