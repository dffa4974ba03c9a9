import * as Schema from "effect/Schema"
import { Instant } from "../../time/Instant.ts"
import { ChannelName, DeviceId, TenantId } from "../ids.ts"
import { quantities } from "../Reading.ts"

/** Names a format, such as `tasmota`. */
export const FormatId = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9-]{0,31}$/u, { message: "must be a name like shelly-gen2" })
)
export type FormatId = typeof FormatId.Type

/**
 * What says something in a format: the part of a topic or payload that names one thing, such as the serial
 * number of an inverter.
 */
export const Subject = Schema.String.check(
  Schema.isMinLength(1, { message: "must not be empty" }),
  Schema.isMaxLength(256, { message: "must have at most 256 characters" })
)
export type Subject = typeof Subject.Type

/** What a field of a payload means where the format cannot know: its quantity, and the unit it is sent in. */
export const FieldMeaning = Schema.Struct({
  quantity: Schema.Literals([...quantities, "ignored"]),
  /** Factor from what is sent to the quantity: 1000 where kWh are sent. */
  scale: Schema.Finite.pipe(Schema.check(Schema.makeFilter((value) => value !== 0 || "must not be 0")))
})
export type FieldMeaning = typeof FieldMeaning.Type

/**
 * Says that what a subject says in a format are the readings of a device. Its identity is (tenant, format,
 * subject).
 */
export const Binding = Schema.Struct({
  tenantId: TenantId,
  format: FormatId,
  subject: Subject,
  deviceId: DeviceId,
  /** The channel its readings go to; the channels of a subject that has several are named beneath it. */
  channel: ChannelName,
  fields: Schema.Record(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(128)), FieldMeaning),
  createdAt: Instant
})
export type Binding = typeof Binding.Type
