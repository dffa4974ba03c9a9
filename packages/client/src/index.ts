export type { Answer, CallOptions, Page, PagedAnswer, WithResponse } from "./Answer.ts"
export type {
  Clock,
  CorrectionResult,
  Device,
  DeviceStatus,
  Dropped,
  Health,
  HeatMapCell,
  IngestResult,
  Location,
  NewCorrection,
  NewDevice,
  NewLocation,
  NewUsageRules,
  Quarantined,
  QuarantineChoice,
  Reading,
  Readings,
  RegisteredDevice,
  Rejection,
  Release,
  Released,
  Revision,
  Ticket,
  Usage,
  UsageRules
} from "./contract.gen.ts"
export { type Client, type ClientOptions, createClient } from "./createClient.ts"
export { type ClientCode, type Code, type Detail, WattkitError } from "./WattkitError.ts"
