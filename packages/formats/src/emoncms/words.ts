import type { FormatWords } from "../Format.ts"

/** What people are told about emoncms. */
export const words: FormatWords = {
  name: "emoncms",
  devices:
    "emonPi, emonTx, emonHub, IotaWatt, OpenEVSE and the many sketches for ESP8266 and ESP32 that post " +
    "to emoncms.",
  setUp: [
    "Put the address of this server where the address of emoncms stands (emoncms.org, or your own).",
    "Use a device credential as the write API key.",
    "Or over MQTT: publish to emon/ under the node's name, with a device credential as the password.",
    "Bind each node to a device; the clamps an emonTx numbers (P1, E1, …) become the channels 1, 2, …"
  ],
  traps: [
    "In bulk there are four ways to say times: the last item is now, offset, sentat and time. " +
      "All are read; " +
      "with sentat near the right time the items keep the times they have, so that sending them " +
      "again changes " +
      "nothing.",
    "Without a time an update counts as of when it arrived, and sent twice it is there twice: send time=.",
    "Units are not sent: names that say enough are understood, such as power1 or import_kwh; for others " +
      "say what they mean where you bind the node.",
    "null is nothing, not zero. Values without names are called input1, input2, …",
    "The encrypted form is not read; use HTTPS."
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
      topic: "/input/post?node=emontx&time=1700000000",
      payload: 'fulljson={"power1":100,"power2":200,"vrms":230.1}',
      says: [
        "emontx 1: powerW 100 at 2023-11-14T22:13:20Z",
        "emontx 2: powerW 200 at 2023-11-14T22:13:20Z",
        "emontx main: voltageV 230.1 at 2023-11-14T22:13:20Z"
      ].join("\n")
    },
    {
      topic: "/input/post?node=mynode&csv=100,200,300",
      payload: "",
      says: "mynode main: input1 100?, input2 200?, input3 300?"
    },
    {
      topic: "/input/bulk?time=1387730127",
      payload: "data=[[-10,16,1137],[-8,17,1437,3164],[-6,19,1412,3077]]",
      says: [
        "16 main: input1 1137? at 2013-12-22T16:35:17Z",
        "17 main: input1 1437?, input2 3164? at 2013-12-22T16:35:19Z",
        "19 main: input1 1412?, input2 3077? at 2013-12-22T16:35:21Z"
      ].join("\n")
    },
    {
      topic: "emon/emontx4",
      payload: '{"time":1700000000,"P1":512,"E1":40210,"rssi":-44}',
      says: [
        "emontx4 1: powerW 512, importWh 40210 at 2023-11-14T22:13:20Z",
        "emontx4 main: rssi -44? at 2023-11-14T22:13:20Z"
      ].join("\n")
    },
    {
      topic: "emon/house/power",
      payload: "350",
      says: "house main: powerW 350"
    }
  ]
}
