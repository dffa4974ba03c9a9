import { InstantFromString } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { pageQuery } from "../Page.ts"

const word = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/u, {
    message: "must be a word of at most 64 letters, digits and . _ : -"
  })
)

/** What somebody says to a text they were shown. */
export const NewConsent = Schema.Struct({
  /** What it is about, such as `terms` or `analytics`. */
  subject: word,
  /** Which text of it was shown. */
  version: word,
  /** False to refuse it, or to take it back. */
  isGiven: Schema.Boolean
}).annotate({ identifier: "NewConsent" })

/** What somebody agreed to, or no longer agrees to. */
export const ConsentView = Schema.Struct({ ...NewConsent.fields, at: InstantFromString }).annotate({
  identifier: "Consent"
})

/** What is kept of a person, for themselves. */
export class PersonalDataApi extends HttpApiGroup.make("personal")
  .add(
    HttpApiEndpoint.get("consents", "/v1/users/me/consents", {
      query: { limit: pageQuery.limit, subject: Schema.optionalKey(word) },
      success: Envelope(Schema.Array(ConsentView))
    }).annotate(OpenApi.Summary, "What you agreed to and what you took back, the newest first"),
    HttpApiEndpoint.post("consent", "/v1/users/me/consents", {
      payload: NewConsent,
      success: Envelope(ConsentView)
    }).annotate(OpenApi.Summary, "Agree to something, refuse it or take it back; nothing said before is lost")
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "What you agreed to. Only for people, not for keys. Everything that is kept of you: " +
      "`GET /v1/users/me/export`, a file of JSON lines, compressed with gzip."
  ) {}
