import { ChannelName, DeviceId, InstantFromString, mainChannel } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { NotFound, PayloadTooLarge, UnsupportedMediaType } from "../failures.ts"

const Toggle = Schema.Struct({
  command: Schema.Literal("toggle"),
  channel: ChannelName.pipe(Schema.withDecodingDefaultKey(Effect.succeed(mainChannel))),
  /** The other one than now when it is left out. */
  state: Schema.optionalKey(Schema.Literals(["on", "off"]))
})

const SetInterval = Schema.Struct({
  command: Schema.Literal("set_interval"),
  /** How often the device is to send readings. */
  seconds: Schema.Int.check(
    Schema.isBetween({ minimum: 1, maximum: 86_400 }, { message: "must be from 1 to 86400" })
  )
})

/** What a device is asked to do. */
export const NewCommand = Schema.Union([Toggle, SetInterval]).annotate({ identifier: "NewCommand" })

const sent = { id: Schema.String, at: InstantFromString } as const

/** A command as the device hears it. */
export const Command = Schema.Union([
  Schema.Struct({ ...sent, ...Toggle.fields, channel: ChannelName }),
  Schema.Struct({ ...sent, ...SetInterval.fields })
]).annotate({ identifier: "Command" })

/** What became of a command. */
export const CommandSent = Schema.Struct({
  id: Schema.String,
  /** Whether anybody heard it. Nothing is kept for a device that is away. */
  delivered: Schema.Boolean
}).annotate({ identifier: "CommandSent" })

/** Asks devices to do something. */
export class CommandsApi extends HttpApiGroup.make("commands")
  .add(
    HttpApiEndpoint.post("send", "/v1/devices/:id/commands", {
      params: { id: DeviceId },
      payload: NewCommand,
      success: Envelope(CommandSent),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Send a command to a device over MQTT, on devices/{deviceId}/commands")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(OpenApi.Description, "Commands to devices that listen on MQTT.") {}
