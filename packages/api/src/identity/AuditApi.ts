import { InstantFromString } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { pageQuery } from "../Page.ts"

/** Something that was done. */
export const AuditEntryView = Schema.Struct({
  number: Schema.Int,
  at: InstantFromString,
  /** Such as `user user_…`, `key key_…` or `server`. */
  by: Schema.String,
  /** Such as `location.update`. */
  action: Schema.String,
  /** Such as `location house`. */
  subject: Schema.String,
  before: Schema.Json,
  after: Schema.Json,
  /** The hash of the entry before. */
  previous: Schema.String,
  /** SHA-256 of all that the entry says. */
  hash: Schema.String
}).annotate({ identifier: "AuditEntry" })

const ChainPlace = Schema.Struct({ number: Schema.Int, hash: Schema.String })

/** Whether the audit log is as it was written. */
export const AuditVerification = Schema.Struct({
  isWhole: Schema.Boolean,
  /** The first entry that is not as it was written. */
  fault: Schema.NullOr(
    Schema.Struct({ number: Schema.Int, kind: Schema.Literals(["changed", "broken", "missing"]) })
  ),
  /** The newest entry. Note it elsewhere: it shows later whether the end was cut off. */
  head: Schema.NullOr(ChainPlace)
}).annotate({ identifier: "AuditVerification" })

const filter = Schema.optionalKey(
  Schema.String.check(Schema.isMaxLength(200, { message: "must have at most 200 characters" }))
)

/** What was done, by whom. */
export class AuditApi extends HttpApiGroup.make("audit")
  .add(
    HttpApiEndpoint.get("list", "/v1/audit-logs", {
      query: { ...pageQuery, by: filter, action: filter, subject: filter },
      success: Envelope(Schema.Array(AuditEntryView))
    }).annotate(OpenApi.Summary, "What was done, the newest first; what you did if you do not administer"),
    HttpApiEndpoint.get("verify", "/v1/audit-logs/verification", {
      query: {
        /** The number of a head that was noted before, together with its hash. */
        number: Schema.optionalKey(
          Schema.FiniteFromString.check(
            Schema.isInt({ message: "must be a whole number" }),
            Schema.isBetween(
              { minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
              { message: "must be at least 1" }
            )
          )
        ),
        hash: Schema.optionalKey(
          Schema.String.check(
            Schema.isPattern(/^[0-9a-f]{64}$/u, { message: "must be 64 characters of 0-9 a-f" })
          )
        )
      },
      success: Envelope(AuditVerification)
    }).annotate(OpenApi.Summary, "Whether the audit log is as it was written")
  )
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "What was done, by whom. Each entry holds the hash of the one before, so none is changed unnoticed. " +
      "All of it as NDJSON: `/v1/audit-logs/export`."
  ) {}
