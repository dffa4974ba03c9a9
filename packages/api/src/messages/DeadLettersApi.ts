import { DeadLetterReason, DeviceId, FormatId, InstantFromString, Subject } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { NotFound, PayloadTooLarge, RateLimited, UnsupportedMediaType } from "../failures.ts"
import { pageQuery } from "../Page.ts"
import { mostIds } from "../QuarantineApi.ts"

/** A message that could not become readings, or what became of it. */
export const DeadLetterView = Schema.Struct({
  id: Schema.String,
  carrier: Schema.Literals(["mqtt", "http", "websocket"]),
  topic: Schema.String,
  /** The beginning of what was sent: as text where it is one, else in base64. */
  payload: Schema.String,
  encoding: Schema.Literals(["text", "base64"]),
  /** How long the payload is, which may be more than is shown. */
  bytes: Schema.Int,
  isTruncated: Schema.Boolean,
  receivedAt: InstantFromString,
  reason: DeadLetterReason,
  /** What is wrong, in a sentence. */
  detail: Schema.String,
  format: Schema.NullOr(Schema.String),
  subject: Schema.NullOr(Schema.String),
  /** The device whose credential sent it. */
  deviceId: Schema.NullOr(DeviceId),
  settled: Schema.NullOr(
    Schema.Struct({
      at: InstantFromString,
      by: Schema.String,
      as: Schema.Literals(["replayed", "dropped"])
    })
  )
}).annotate({ identifier: "DeadLetter" })

const Id = Schema.String.check(
  Schema.isPattern(/^[0-9a-z_]{1,64}$/u, { message: "is not an id of a dead letter" })
)

const kind = {
  format: Schema.optionalKey(FormatId),
  subject: Schema.optionalKey(Subject),
  reason: Schema.optionalKey(DeadLetterReason)
} as const

/** Which waiting letters are meant: some by their ids, or all of a kind, a thousand at a time. */
export const DeadLetterChoice = Schema.Struct({
  ids: Schema.optionalKey(
    Schema.Array(Id).check(Schema.isMaxLength(mostIds, { message: `must have at most ${mostIds} entries` }))
  ),
  ...kind,
  /** The `next` of the answer before. */
  after: Schema.optionalKey(Id)
})
  .check(
    Schema.makeFilter(({ after, format, ids, reason, subject }) => {
      const isKind = [after, format, reason, subject].some((given) => given !== undefined)
      return ids === undefined || !isKind ? undefined : { path: ["ids"], issue: "must stand alone" }
    })
  )
  .annotate({ identifier: "DeadLetterChoice" })

/** More of the kind wait: ask again with this as `after`. */
const next = Schema.NullOr(Schema.String)

/** What became of letters that were replayed. */
export const ReplayedView = Schema.Struct({
  replayed: Schema.Int,
  accepted: Schema.Int,
  duplicates: Schema.Int,
  /** Letters that still cannot become readings. */
  waiting: Schema.Array(
    Schema.Struct({ id: Schema.String, reason: DeadLetterReason, detail: Schema.String })
  ),
  next
}).annotate({ identifier: "Replayed" })

/** How many letters were given up. */
export const DroppedLetters = Schema.Struct({ dropped: Schema.Int, next }).annotate({
  identifier: "DroppedLetters"
})

/** Messages that could not become readings. */
export class DeadLettersApi extends HttpApiGroup.make("deadLetters")
  .add(
    HttpApiEndpoint.get("list", "/v1/dead-letters", {
      query: {
        ...pageQuery,
        ...kind,
        /** `all` shows also what was replayed or dropped. */
        show: Schema.Literals(["waiting", "all"]).pipe(
          Schema.withDecodingDefaultKey(Effect.succeed("waiting" as const))
        )
      },
      success: Envelope(Schema.Array(DeadLetterView))
    }).annotate(OpenApi.Summary, "Messages that could not become readings, by when they came"),
    HttpApiEndpoint.post("replay", "/v1/dead-letters/replay", {
      payload: DeadLetterChoice,
      success: Envelope(ReplayedView),
      error: [NotFound, PayloadTooLarge, UnsupportedMediaType, RateLimited]
    }).annotate(OpenApi.Summary, "Send letters the same way again, as if they came when they did"),
    HttpApiEndpoint.post("drop", "/v1/dead-letters/drop", {
      payload: DeadLetterChoice,
      success: Envelope(DroppedLetters),
      error: [PayloadTooLarge, UnsupportedMediaType]
    }).annotate(OpenApi.Summary, "Give letters up")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "Messages that could not become readings: nothing reads or binds them, or they are malformed."
  ) {}
