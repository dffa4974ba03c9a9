import { type Format, formats } from "@wattkit/formats"
import { Context } from "effect"

/** The formats messages are read with. Where two of them read the same topic, the first one does. */
export const Formats = Context.Reference<ReadonlyArray<Format>>("@wattkit/engine/Formats", {
  defaultValue: () => formats
})
