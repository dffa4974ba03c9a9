import { Instant, type Job, type JobStore, NotFound, type Principal, StorageError } from "@wattkit/core"
import { Effect, Option, Schema, Stream } from "effect"
import { InUse } from "../InUse.ts"
import { signedOf } from "../identity/signIn/people.ts"
import { isOwn } from "./owner.ts"

/** The file of a job, as the result of the job tells it. */
export const JobFile = Schema.Struct({
  name: Schema.String,
  contentType: Schema.String,
  bytes: Schema.Int,
  parts: Schema.Int,
  /** RFC 3339; it is gone from then on. */
  expiresAt: Instant.InstantFromString
})
export type JobFile = typeof JobFile.Type

/** The result of a job that made a file. */
export const FileResult = Schema.Struct({ file: JobFile })
const decode = Schema.decodeUnknownOption(FileResult)

const torn = new StorageError({ reason: "unavailable", message: "a part of the file of a job is missing" })

/** Makes what opens the files of jobs for their owners. */
export const makeFiles = (store: JobStore) => {
  const parts = (job: Job, principal: Principal, count: number): Stream.Stream<Uint8Array, StorageError> =>
    Stream.range(0, count - 1).pipe(
      Stream.mapEffect((part) => store.part(principal.tenantId, job.id, part)),
      // What expires while it is read ends with a failure, so that nobody takes the beginning for all of it.
      Stream.mapEffect((bytes) => (bytes === undefined ? Effect.fail(torn) : Effect.succeed(bytes)))
    )

  return Effect.fnUntraced(function* (principal: Principal, job: Job) {
    const gone = new NotFound({ what: "job", id: job.id })
    yield* signedOf(principal)
    if (!isOwn(principal, job)) return yield* gone
    if (job.state !== "succeeded") {
      return yield* new InUse({ message: `the file is not there: the job is ${job.state}` })
    }
    const result = decode(job.result)
    if (Option.isNone(result)) return yield* gone
    const { file } = result.value
    if (file.expiresAt <= (yield* Instant.now)) return yield* gone
    return { ...file, body: parts(job, principal, file.parts) }
  })
}
