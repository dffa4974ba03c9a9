import * as Schema from "effect/Schema"
import { Group, Months, Name } from "../Fields.ts"

/** Charges by group, by name, or all; `except` takes names out again. */
export const Selector = Schema.Struct({
  groups: Schema.optionalKey(Schema.Array(Group)),
  ids: Schema.optionalKey(Schema.Array(Name)),
  except: Schema.optionalKey(Schema.Array(Name))
})
/** Charges by group, by name, or all; `except` takes names out again. */
export type Selector = typeof Selector.Type

/** What every charge has. */
export const chargeFields = {
  id: Name,
  label: Schema.String,
  group: Group,
  /** Only in these months, and only where the assignment sets this parameter to true. */
  active: Schema.optionalKey(
    Schema.Struct({ months: Schema.optionalKey(Months), appliesIf: Schema.optionalKey(Name) })
  ),
  /** Charged on all energy imported, also where net metering nets the rest. */
  nonBypassable: Schema.optionalKey(Schema.Boolean)
} as const
