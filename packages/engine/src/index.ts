export { requireDevice, requireScope } from "./authorise.ts"
export { type CorrectionDraft, type CorrectionResult, Corrections, mostStruckOut } from "./Corrections.ts"
export { type CredentialDraft, Credentials } from "./Credentials.ts"
export { Forbidden } from "./Forbidden.ts"
export { type ClockTolerance, clockTolerance, Ingest, type IngestResult } from "./Ingest.ts"
export { Invalid } from "./Invalid.ts"
export { keptFor } from "./keptFor.ts"
export { layer } from "./layer.ts"
export { Live } from "./Live.ts"
export type { ClockSkew } from "./quarantine/clockSkew.ts"
export {
  type ClockReport,
  mostSettled,
  Quarantine,
  type QuarantineChoice,
  type ReleaseResult,
  type StillWaiting
} from "./quarantine/Quarantine.ts"
export type { ReleaseOutcome } from "./quarantine/release.ts"
export { Readings } from "./Readings.ts"
export { type RegisteredDevice, Registry } from "./Registry.ts"
export { Upkeep, type UpkeepOptions, type UpkeepState, usualUpkeep } from "./Upkeep.ts"
export type { AskedTime, UsageResolution } from "./usage/asked.ts"
export type { HeatMapCell } from "./usage/heatMap.ts"
export type { UsageOf } from "./usage/reach.ts"
export type { UsageAnswer, UsageFailure, UsagePage, UsageQuestion } from "./usage/question.ts"
export { mostCells, Usage } from "./usage/Usage.ts"
export { UsageRules } from "./usage/UsageRules.ts"
