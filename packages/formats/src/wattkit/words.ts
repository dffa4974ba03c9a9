import { quantities } from "@wattkit/core"
import type { FormatWords } from "../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "devices/dev_meter/readings",
    payload: '{"at":"2026-01-09T18:57:39+01:00","powerW":412,"importWh":12345678}',
    says: "dev_meter main: powerW 412, importWh 12345678 at 2026-01-09T17:57:39Z"
  },
  {
    topic: "devices/dev_meter/readings",
    payload:
      '{"readings":[{"at":"2026-01-09T18:00:00Z","channel":"l1","voltageV":230.1,"extra":{"flowLph":12}},' +
      '{"at":"2026-01-09T18:15:00Z","since":"2026-01-09T18:00:00Z","importDeltaWh":105}]}',
    says: [
      "dev_meter l1: voltageV 230.1, flowLph 12? at 2026-01-09T18:00:00Z",
      "dev_meter main: importDeltaWh 105 since 2026-01-09T18:00:00Z at 2026-01-09T18:15:00Z"
    ].join("\n")
  },
  {
    topic: "devices/dev_meter/readings",
    payload: '{"at":"2026-01-09T18:57:39","powerW":412}',
    says: "malformed: at the offset is missing: end with Z or with an offset such as +01:00"
  },
  { topic: "devices/dev_meter/status", payload: "online", says: "dev_meter is online" }
]

/** What people are told of our own form. */
export const words: FormatWords = {
  name: "wattkit",
  devices: "Whatever you program yourself: our own JSON, in which nothing has to be guessed",
  setUp: [
    "Create a credential for the device; its id is user name and part of the topic.",
    'Publish one reading, a list of them, or {"readings": […]} to devices/{id}/readings with QoS 1. The ' +
      "acknowledgement says that it is stored.",
    "Publish online to devices/{id}/status and let the broker publish offline as the last will."
  ],
  traps: [
    "Times need an offset or Z, since nobody can tell which instant a bare wall clock means.",
    "Registers are in Wh, not in kWh; the name says so.",
    "A reading that cannot be read never costs its neighbours."
  ],
  quantities,
  examples
}
