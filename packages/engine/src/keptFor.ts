import { type Retention, usualRetention } from "@wattkit/core"
import { Context } from "effect"

/** For how long records are kept, for everybody who gives them up or must know what is still there. */
export const keptFor = Context.Reference<Retention>("@wattkit/engine/keptFor", {
  defaultValue: () => usualRetention
})
