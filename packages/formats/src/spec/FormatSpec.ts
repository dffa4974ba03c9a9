import { quantities, Unit } from "@wattkit/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const UnitName = Schema.String.check(
  Schema.makeFilter((name: string) => Result.isSuccess(Unit.fromString(name)) || "must be a unit like kWh")
)

/** `/ENERGY/Power`, with `*` for any member; the empty text is the whole payload. */
const Pointer = Schema.String.check(
  Schema.isPattern(/^(\/[^/]*)*$/, { message: "must be a pointer like /ENERGY/Power" })
)

/** Text with captures of the topic in braces, such as `{portal}/{service}`. */
const Template = Schema.String.check(Schema.isMinLength(1))

const measured = {
  is: Schema.Literals(quantities),
  /** The unit it is sent in; that of the quantity when left out. */
  in: Schema.optionalKey(UnitName),
  /** Where the payload names the unit; `in` counts when it does not. */
  unitAt: Schema.optionalKey(Pointer),
  /** The opposite direction is sent as positive: what an inverter gives is an export here. */
  negated: Schema.optionalKey(Schema.Boolean),
  /** Values that stand for no value. */
  nothing: Schema.optionalKey(Schema.Array(Schema.Finite)),
  /** Its channel beneath that of the rule. */
  channel: Schema.optionalKey(Template)
}

/**
 * What a number means: a quantity in a unit; nothing wanted here, with the reason; or a number without a
 * quantity, kept under its name.
 */
export const Meaning = Schema.Union([
  Schema.Struct(measured),
  Schema.Struct({ ignored: Schema.String }),
  Schema.Struct({ unknown: Schema.Boolean, channel: Schema.optionalKey(Template) })
])
export type Meaning = typeof Meaning.Type

const at = {
  /** Where it lies. Of a list all have to be there, and their sum is the value. */
  at: Schema.Union([Pointer, Schema.Array(Pointer).check(Schema.isMinLength(2))])
}

/** A place in a JSON payload, and what lies there. */
export const Field = Schema.Union([
  Schema.Struct({
    ...at,
    ...measured,
    /**
     * What an array there means: the values of channels `1`, `2`, …, whose sum is that of the whole device,
     * or for which a sum makes no sense.
     */
    array: Schema.optionalKey(Schema.Literals(["parts", "each"]))
  }),
  Schema.Struct({ ...at, unknown: Schema.Boolean, channel: Schema.optionalKey(Template) }),
  Schema.Struct({ ...at, ignored: Schema.String }),
  Schema.Struct({
    ...at,
    /** The meaning follows from the name: by the names of the format, then by well-known ones. */
    byName: Schema.Literals(["format", "any"]),
    channel: Schema.optionalKey(Template),
    /** Names on the way that are left out. */
    except: Schema.optionalKey(Schema.Array(Schema.String))
  })
])
export type Field = typeof Field.Type

const TimeAt = Schema.Struct({
  at: Pointer,
  written: Schema.Literals(["text", "seconds", "milliseconds", "number"])
})

const topics = {
  /** `{name}` captures a level or a part of it, `{name...}` one or more levels. */
  topics: Schema.Array(Schema.String).check(Schema.isMinLength(1)),
  /** What a capture has to look like, as a regular expression. */
  where: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  subject: Schema.optionalKey(Template),
  /** Another word for a subject. */
  channel: Schema.optionalKey(Template),
  /** Channels that are called otherwise here, by their template's result. */
  channels: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
}

/** What messages of some topics are, and how they are read. */
export const Rule = Schema.Union([
  Schema.Struct({
    says: Schema.Literal("object"),
    ...topics,
    /** What the pointers of fields begin from; the first of them that is there. */
    under: Schema.optionalKey(Schema.Array(Pointer)),
    times: Schema.optionalKey(Schema.Array(TimeAt)),
    fields: Schema.Array(Field)
  }),
  Schema.Struct({
    says: Schema.Literal("number"),
    ...topics,
    /** Where the number lies when the payload is JSON; left out, the payload is the number. */
    at: Schema.optionalKey(Pointer),
    /** What is looked up among the names of the format. */
    name: Template
  }),
  Schema.Struct({
    says: Schema.Literal("status"),
    ...topics,
    online: Schema.Array(Schema.String),
    offline: Schema.Array(Schema.String)
  }),
  Schema.Struct({ says: Schema.Literal("description"), ...topics, subjectAt: Pointer }),
  Schema.Struct({ says: Schema.Literal("nothing"), ...topics, why: Schema.String })
])
export type Rule = typeof Rule.Type

/** How the payloads of a kind of device become readings, as data. The first rule whose topic fits counts. */
export const FormatSpec = Schema.Struct({
  rules: Schema.Array(Rule).check(Schema.isMinLength(1)),
  /** What the format's own names mean. Lower case matches any case. */
  names: Schema.optionalKey(Schema.Record(Schema.String, Meaning))
})
export type FormatSpec = typeof FormatSpec.Type
