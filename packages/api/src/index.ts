export { type AnswerFields, answerFields } from "./conventions/answerFields.ts"
export { Api } from "./Api.ts"
export { asyncApi } from "./asyncapi/asyncApi.ts"
export { clientFrames, serverFrames } from "./asyncapi/frames.ts"
export { BindingsApi, BindingView, NewBinding, Unbound } from "./messages/BindingsApi.ts"
export { Command, CommandsApi, CommandSent, NewCommand } from "./messages/CommandsApi.ts"
export {
  DeadLetterChoice,
  DeadLettersApi,
  DeadLetterView,
  DroppedLetters,
  ReplayedView
} from "./messages/DeadLettersApi.ts"
export { Authorization, CurrentPrincipal } from "./Authorization.ts"
export { DevicesApi, DeviceStatusView, DeviceView, NewDevice, RegisteredDevice } from "./DevicesApi.ts"
export { Envelope, Meta } from "./Envelope.ts"
export * from "./failures.ts"
export { FormatsApi, FormatView, HeardView } from "./messages/FormatsApi.ts"
export { Health, HealthApi } from "./HealthApi.ts"
export { LiveApi, Ticket } from "./LiveApi.ts"
export { LocationsApi, LocationView, NewLocation } from "./LocationsApi.ts"
export { defaultLimit, maxLimit, pageQuery } from "./Page.ts"
export {
  ClockView,
  Dropped,
  mostIds,
  QuarantineApi,
  QuarantineChoice,
  QuarantineView,
  Released
} from "./QuarantineApi.ts"
export {
  CorrectionResult,
  IngestResult,
  mostCorrections,
  NewCorrection,
  ReadingsApi,
  DeviceReadingsBody,
  DeviceReadingView,
  ReadingsBody,
  Rejection,
  RevisionView,
  WireReading
} from "./ReadingsApi.ts"
export { RequestShape } from "./RequestShape.ts"
export {
  AskedResolution,
  HeatMapView,
  NewUsageRules,
  UsageApi,
  UsageRulesView,
  usageQuery,
  UsageView
} from "./UsageApi.ts"
