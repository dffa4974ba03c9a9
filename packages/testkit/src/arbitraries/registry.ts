import { ChannelName, DeviceId } from "@wattkit/core"
import * as fc from "fast-check"

const text = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/)

/** Any device id. */
export const deviceId: fc.Arbitrary<DeviceId> = text.map((id) => DeviceId.make(id))

/** Any channel name. */
export const channelName: fc.Arbitrary<ChannelName> = text.map((name) => ChannelName.make(name))

/** A name a person may give: letters of any script, marks, emoji, quotes; no NUL and no half of a pair. */
export const name: fc.Arbitrary<string> = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
  .filter((some) => !some.includes("\0") && some.isWellFormed() && some.length <= 200)
