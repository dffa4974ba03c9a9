import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { simulateHouse } from "./simulateHouse.ts"

const flags = {
  mqtt: Flag.String("mqtt").pipe(
    Flag.withDescription("The broker to publish to, such as mqtt://user:password@host:1883.")
  ),
  speed: Flag.withDefault(
    Flag.withDescription(
      Flag.Finite("speed"),
      "How much faster than real time, from a day ago until it is now. [1]"
    ),
    1
  )
}

const welcome = (broker: string): string =>
  [
    `A simulated house speaks at ${broker}: Tasmota, Shelly, OpenDTU, AhoyDTU, P1 telegrams, Home Assistant.`,
    "See what it says with  wattkit devices sniff --mqtt …  and end it with Ctrl-C.",
    ""
  ].join("\n")

/** `wattkit simulate`. */
export const simulateCommand = Command.make("simulate", flags, ({ mqtt, speed }) =>
  speed >= 1
    ? simulateHouse({ url: mqtt, speed, onSpeaking: (broker) => process.stdout.write(welcome(broker)) })
    : Effect.fail(new StartError({ message: "--speed must be 1 or more." }))
).pipe(Command.withDescription("Let a simulated house speak at a broker, as its devices would"))
