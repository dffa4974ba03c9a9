import { startMosquitto } from "./Mosquitto.ts"
import { mqttSuite } from "./suite.ts"

const foreign = ["tele/#", "shellies/#", "zigbee2mqtt/#"]

const reports = (device: string): ReadonlyArray<string> =>
  ["readings", "status", "responses"].map((kind) => `topic write devices/${device}/${kind}`)

/** The lines of an ACL file that say the same as ours. */
const users = [
  {
    username: "meter",
    password: "secret-meter",
    acl: [
      ...reports("meter-1"),
      "topic read devices/meter-1/commands",
      ...foreign.map((filter) => `topic write ${filter}`)
    ]
  },
  {
    username: "program",
    password: "secret-program",
    acl: [
      ...reports("+"),
      "topic write devices/+/commands",
      "topic write green-energy/+/generation",
      ...foreign.map((filter) => `topic write ${filter}`),
      "topic read #"
    ]
  }
]

mqttSuite("mosquitto", () => startMosquitto(users))
