import { DeviceKind, DeviceRole } from "@wattkit/core"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { clientOf } from "../transfer/httpTarget.ts"
import { count } from "../transfer/Progress.ts"
import { type Adopted, adopt } from "./adopt.ts"
import { fieldsOf } from "./fieldsOf.ts"
import { flags as serverFlags, serverOf } from "./server.ts"
import { printable } from "./Table.ts"

const describe = Flag.withDescription

const flags = {
  format: Argument.String("format").pipe(Argument.withDescription("The format, as sniff shows it.")),
  subject: Argument.String("subject").pipe(Argument.withDescription("The subject, as sniff shows it.")),
  name: Flag.optional(describe(Flag.String("name"), "What to call the device. [the subject]")),
  location: Flag.optional(
    describe(Flag.String("location"), "Id or name of the location. [the only one there is]")
  ),
  channel: Flag.optional(
    describe(Flag.String("channel"), "The channel of the device its readings go to. [main]")
  ),
  device: Flag.optional(
    describe(Flag.String("device"), "The id of a device that is there already, in place of a new one.")
  ),
  field: Flag.atLeast(
    describe(
      Flag.String("field"),
      "What a number means: Total=importWh*1000, or Flow=ignored; may be repeated."
    ),
    0
  ),
  role: describe(
    Flag.Literals("role", DeviceRole.literals),
    "What the device does at its location. [load]"
  ).pipe(Flag.withDefault("load")),
  kind: describe(Flag.Literals("kind", DeviceKind.literals), "What the device is. [sub_meter]").pipe(
    Flag.withDefault("sub_meter")
  ),
  ...serverFlags
}

const messages = (n: number): string => `${count(n)} ${n === 1 ? "message" : "messages"}`

/** What happened, a line for each step. */
export const adoptedText = ({ binding, device, registered, ...replayed }: Adopted): string => {
  const { accepted, duplicates, waiting } = replayed
  const lines =
    registered === undefined
      ? [`device      ${device.id} "${device.name}"`]
      : [`registered  ${device.id} "${device.name}" at ${registered.at.name}`]
  if (binding !== undefined) {
    const { channel, deviceId, format, subject } = binding
    lines.push(`bound       ${format} ${subject} → ${deviceId}/${channel}`)
  }
  lines.push(
    replayed.replayed === 0
      ? "replayed    nothing: no message of it was kept"
      : `replayed    ${messages(replayed.replayed)}: ${count(accepted)} readings stored, ` +
          `${count(duplicates)} duplicates`
  )
  const [first] = waiting
  if (first !== undefined) {
    lines.push(`waiting     ${messages(waiting.length)} still cannot be read: ${first.detail}`)
  }
  if (registered !== undefined) {
    lines.push(`credential  ${registered.credential}`)
    lines.push("            It is shown this once; the device needs it only to send by itself.")
  }
  return lines.map(printable).join("\n")
}

/** `wattkit devices adopt`. */
export const adoptCommand = Command.make("adopt", flags, ({ field, key, url, ...given }) =>
  Effect.gen(function* () {
    const server = yield* serverOf({ key, url })
    const client = yield* clientOf(server)
    const adopted = yield* adopt(server, client, {
      ...given,
      fields: yield* fieldsOf(field),
      name: Option.getOrUndefined(given.name),
      location: Option.getOrUndefined(given.location),
      channel: Option.getOrUndefined(given.channel),
      device: Option.getOrUndefined(given.device)
    })
    process.stdout.write(`${adoptedText(adopted)}\n`)
  })
).pipe(Command.withDescription("Make a device of something that was heard, and store what it said so far"))
