import { Instant, type Job, NotificationId, StorageError, type TenantId, UserId } from "@wattkit/core"
import { Effect, Schema, Stream } from "effect"
import { FileResult } from "../jobs/files.ts"
import { handle, JobFailed, type JobKind } from "../jobs/JobKind.ts"
import { keepFile } from "../jobs/keepFile.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { makeRowsOf } from "./archive.ts"
import { archiveFile, archiveName } from "./archiveFile.ts"

/** The archive of a person as a job; who asked for it is who it is of. */
export const personalExport: JobKind<{ readonly userId: UserId }> = {
  name: "personal_export",
  queue: "reports",
  payload: Schema.Struct({ userId: UserId }),
  maxAttempts: 5,
  backOffMs: 10_000
}

/** For so long the file of an archive can be fetched. */
export const archiveKeptMs = 24 * 3_600_000

const gone = new JobFailed({ code: "gone", message: "this person is not there any more", isFinal: true })

const unread = new StorageError({ reason: "unavailable", message: "an archive could not be read to its end" })

/** What comes out of a stream of the web is unknown. */
const asFailure = (error: unknown): StorageError | JobFailed =>
  error instanceof StorageError || error instanceof JobFailed ? error : unread

const encodeResult = Schema.encodeSync(FileResult)

/** How many rows there are is not known before; so far as one may say it is, it approaches its end. */
const progressOf = (rows: number): number => (95 * rows) / (rows + 20_000)

/** One of a job, however often the job is done. */
const noteId = (job: Job): NotificationId => NotificationId.make(job.id.replace(/^job/, "notification"))

/** Makes what puts everything that is kept of a person into a file, and tells them. */
export const makePersonalExport = Effect.gen(function* () {
  const rowsOf = yield* makeRowsOf
  const { notify } = yield* Notifications

  const tell = (job: Job, tenantId: TenantId, userId: UserId) =>
    notify({
      id: noteId(job),
      tenantId,
      userId,
      kind: "export_ready",
      title: "Your data is ready",
      text: "The archive of everything that is kept of you can be fetched for 24 hours.",
      data: { jobId: job.id }
    })

  return handle(personalExport, ({ userId }, tools) =>
    Effect.gen(function* () {
      const { job, progress } = tools
      const { tenantId } = job
      if (tenantId === null || job.userId !== userId) return yield* gone
      const at = yield* Instant.now
      const found = yield* Effect.catchTag(rowsOf(userId), "NotFound", () => Effect.fail(gone))
      let rows = 0
      const say = Effect.suspend(() => progress(progressOf(rows)))
      const counted = Stream.tap(found, () => (++rows % 1_000 === 0 ? say : Effect.void))
      const kept = yield* Effect.mapError(keepFile(tools, archiveFile(userId, at, counted)), asFailure)
      const expiresAt = Instant.plus(yield* Instant.now, archiveKeptMs)
      const about = { name: archiveName(at), contentType: "application/gzip", expiresAt }
      yield* tell(job, tenantId, userId)
      return encodeResult({ file: { ...about, ...kept } })
    })
  )
})
