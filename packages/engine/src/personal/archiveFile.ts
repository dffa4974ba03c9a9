import { Instant, type StorageError, type UserId } from "@wattkit/core"
import { Stream } from "effect"
import type { ArchivedRow } from "./archive.ts"

/** So many rows are packed at once: one by one they would take ten times as long. */
const rowsTogether = 500

const bytesOf = (lines: ReadonlyArray<unknown>): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))

/** What the file of an archive is called that was made at an instant. */
export const archiveName = (at: Instant.Instant): string =>
  `wattkit-personal-data-${Instant.format(at).slice(0, 10)}.ndjson.gz`

/**
 * An archive as a file: lines of JSON, packed with gzip while they are read. A file that is not whole is
 * noticed by whoever opens it, as the end of the gzip is missing.
 */
export const archiveFile = (
  userId: UserId,
  at: Instant.Instant,
  rows: Stream.Stream<ArchivedRow, StorageError>
): Stream.Stream<Uint8Array, unknown> => {
  const head = { format: "wattkit-personal-data", version: 1, userId, at: Instant.format(at) }
  const lines = Stream.concat(
    Stream.succeed(bytesOf([head])),
    Stream.map(Stream.grouped(rows, rowsTogether), bytesOf)
  )
  const packed = Stream.toReadableStream(lines).pipeThrough(new CompressionStream("gzip"))
  return Stream.fromReadableStream({ evaluate: () => packed, onError: (cause) => cause })
}
