export { type Column, columnsOf } from "./csv/columns.ts"
export { CsvReader } from "./csv/CsvReader.ts"
export type { CsvOptions } from "./csv/CsvRow.ts"
export { type Dialect, dialectOf } from "./csv/dialect.ts"
export { LocalTimes, type LocalTimesState } from "./csv/LocalTimes.ts"
export { cellsOf, recordEnd } from "./csv/records.ts"
export * as CsvText from "./csv/text.ts"
export { Malformed, PayloadTooLarge, UnsupportedMediaType, UnusableHeader, type WireError } from "./errors.ts"
export { type Limits, limits } from "./limits.ts"
export { NdjsonReader } from "./ndjson/NdjsonReader.ts"
export * as NdjsonText from "./ndjson/text.ts"
export { plainSubmissionOf } from "./plainSubmission.ts"
export type { Place, RowDefaults, RowFault, RowReader, RowSink } from "./Row.ts"
export {
  readRows,
  type RowBatch,
  type RowPlace,
  rowsLimits,
  type RowsLimits,
  type RowsOptions
} from "./rows/readRows.ts"
export { formatOfRows } from "./rows/formatOfRows.ts"
export { type Outcome, receive, type SourceOptions, toWebHandler } from "./source.ts"
export { type BodyHeaders, decode, decodeMany } from "./wire.ts"
export type { Answer, Compat, Ending, Opened, Peer, RequestHead } from "./compat/Compat.ts"
export { compatOf } from "./compat/compatOf.ts"
