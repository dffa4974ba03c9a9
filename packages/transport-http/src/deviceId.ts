import { DeviceId } from "@wattkit/core"
import * as Schema from "effect/Schema"

/** Whether a text can be the id of a device. */
export const isDeviceId: (text: unknown) => text is DeviceId = Schema.is(DeviceId)
