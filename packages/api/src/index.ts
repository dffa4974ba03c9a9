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
export {
  CredentialRotation,
  DeviceChange,
  DeviceCredentialView,
  DevicesApi,
  DeviceStatusView,
  DeviceTreeEntry,
  DeviceView,
  mostOverlapMinutes,
  NewDevice,
  RegisteredDevice,
  RotatedCredential
} from "./registry/DevicesApi.ts"
export { Envelope, Meta } from "./Envelope.ts"
export * from "./failures.ts"
export { FormatsApi, FormatView, HeardView } from "./messages/FormatsApi.ts"
export { Health, HealthApi } from "./HealthApi.ts"
export {
  AuthApi,
  ClientCredentials,
  ClientToken,
  JsonWebKeys,
  NewPerson,
  NewSession,
  SignedIn,
  Tokens
} from "./identity/AuthApi.ts"
export {
  Enrolment,
  Erasure,
  MeApi,
  MeDraft,
  MeView,
  OwnTenantView,
  PasswordChange,
  Proof,
  RecoveryCodes
} from "./identity/MeApi.ts"
export { ConsentView, NewConsent, PersonalDataApi } from "./identity/PersonalDataApi.ts"
export { EndedSessions, SessionsApi, SessionView } from "./identity/SessionsApi.ts"
export { ApiKeyRotation, ApiKeysApi, ApiKeyView, MadeApiKey, NewApiKey } from "./identity/ApiKeysApi.ts"
export { JobsApi, JobView } from "./work/JobsApi.ts"
export {
  NotificationPreferencesView,
  NotificationsApi,
  NotificationView,
  ReadNotifications,
  UnreadNotifications
} from "./work/NotificationsApi.ts"
export { AuditApi, AuditEntryView, AuditVerification } from "./identity/AuditApi.ts"
export {
  GivenLocations,
  InvitedUser,
  mostGivenLocations,
  NewUser,
  UserChange,
  UsersApi,
  UserStatistics,
  UserView
} from "./identity/UsersApi.ts"
export { LiveApi, Ticket } from "./LiveApi.ts"
export {
  LocationChange,
  LocationMembers,
  LocationMemberView,
  LocationsApi,
  LocationView,
  mostLocationMembers,
  NewLocation
} from "./registry/LocationsApi.ts"
export { Removed, sortedQuery } from "./registry/sorting.ts"
export {
  mostTariffAssignments,
  NewTariff,
  TariffAssignments,
  TariffAssignmentView,
  TariffCheck,
  TariffDefinition,
  TariffEntry,
  TariffsApi,
  TariffView
} from "./registry/TariffsApi.ts"
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
