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
export { isPublicAddress } from "./outward/addressRules.ts"
export {
  InvalidOutwardRules,
  NotAllowed,
  type OutwardError,
  TimedOut,
  UnreadableAnswer,
  Unreachable,
  Untrusted
} from "./outward/errors.ts"
export type { OutwardAnswer, OutwardRequest } from "./outward/exchange.ts"
export type { Resolve } from "./outward/names.ts"
export { layerOutwardFetch, OutwardFetch, type OutwardOptions } from "./outward/OutwardFetch.ts"
export type { AllowedDestination, OutwardRulesOptions } from "./outward/OutwardRules.ts"
export { sendWebhook, type WebhookDelivery, type WebhookOutcome } from "./outward/webhook/sendWebhook.ts"
export {
  InvalidWebhook,
  mostWebhookBytes,
  signWebhook,
  type Webhook,
  type WebhookHeaders
} from "./outward/webhook/sign.ts"
export {
  type WebhookAttempt,
  webhookDelays,
  webhookVerdict,
  type WebhookVerdict
} from "./outward/webhook/verdict.ts"
export {
  InvalidWebhookSecret,
  makeWebhookSecret,
  parseWebhookSecret,
  type WebhookSecret
} from "./outward/webhook/WebhookSecret.ts"
