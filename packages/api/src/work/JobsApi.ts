import { InstantFromString, JobId, JobPriority, JobQueue, JobState, UserId } from "@wattkit/core"
import * as Schema from "effect/Schema"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Authorization } from "../Authorization.ts"
import { Envelope } from "../Envelope.ts"
import { Conflict, NotFound } from "../failures.ts"
import { pageQuery } from "../Page.ts"

/** Something done in the background, and what has become of it. What it was told is not shown. */
export const JobView = Schema.Struct({
  id: JobId,
  queue: JobQueue,
  kind: Schema.String,
  priority: JobPriority,
  /** `failed` waits for another attempt; `dead` does not. */
  state: JobState,
  /** How much of it is done, in percent. */
  progress: Schema.Finite,
  /** How often it was begun, and how often it is at most. */
  attempts: Schema.Int,
  maxAttempts: Schema.Int,
  /** Not begun before. */
  runAt: InstantFromString,
  createdAt: InstantFromString,
  startedAt: Schema.NullOr(InstantFromString),
  finishedAt: Schema.NullOr(InstantFromString),
  /** The worker was told to stop it. */
  isCancelAsked: Schema.Boolean,
  /** What came of it, as its kind has it; a `file` in it is fetched from `GET /v1/jobs/:id/file`. */
  result: Schema.Json,
  /** Why the last attempt failed. */
  error: Schema.NullOr(Schema.Struct({ code: Schema.String, message: Schema.String })),
  /** Whose job it is; null for a program's. */
  userId: Schema.NullOr(UserId),
  /** Who submitted it. */
  by: Schema.String
}).annotate({ identifier: "Job" })

const kind = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]{0,63}$/u, { message: "is not a kind of job" })
)

const one = { params: { id: JobId }, success: Envelope(JobView) } as const

/** What is done in the background. */
export class JobsApi extends HttpApiGroup.make("jobs")
  .add(
    HttpApiEndpoint.get("list", "/v1/jobs", {
      query: {
        ...pageQuery,
        state: Schema.optionalKey(JobState),
        queue: Schema.optionalKey(JobQueue),
        kind: Schema.optionalKey(kind)
      },
      success: Envelope(Schema.Array(JobView))
    }).annotate(OpenApi.Summary, "Your jobs, or all of the tenant for its administrators; the newest first"),
    HttpApiEndpoint.get("get", "/v1/jobs/:id", { ...one, error: NotFound }).annotate(
      OpenApi.Summary,
      "How far a job is, and what came of it"
    ),
    HttpApiEndpoint.post("cancel", "/v1/jobs/:id/cancel", { ...one, error: NotFound }).annotate(
      OpenApi.Summary,
      "Stop a job: at once when it waits, within seconds when it runs"
    ),
    HttpApiEndpoint.post("retry", "/v1/jobs/:id/retry", { ...one, error: [NotFound, Conflict] }).annotate(
      OpenApi.Summary,
      "Begin a job again that is dead or was cancelled"
    ),
    HttpApiEndpoint.post("exportMe", "/v1/users/me/exports", {
      success: Envelope(JobView)
    }).annotate(OpenApi.Summary, "Have everything that is kept of you packed; the same job within an hour")
  )
  .middleware(Authorization)
  .annotate(
    OpenApi.Description,
    "What is done in the background. The file a job made is fetched by its owner from " +
      "`GET /v1/jobs/:id/file`, until it expires."
  ) {}
