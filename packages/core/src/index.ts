export * from "./model/ids.ts"
export * from "./model/ApiKey.ts"
export * from "./model/message/Binding.ts"
export * from "./model/Correction.ts"
export * from "./model/message/DeadLetter.ts"
export * from "./model/Device.ts"
export {
  type LiveEvent,
  liveEvents,
  type LiveFilter,
  type LiveNews,
  type LivePosition,
  type LiveStatus,
  type LiveTold,
  type LiveUpdate
} from "./model/LiveUpdate.ts"
export type { KeptTariff, TariffAssignment } from "./model/KeptTariff.ts"
export * from "./model/Location.ts"
export type { Carrier, Message } from "./model/message/Message.ts"
export { Name } from "./model/Name.ts"
export * from "./model/Principal.ts"
export * from "./model/Quarantined.ts"
export * from "./model/Reading.ts"
export { plainReading } from "./model/submission/plainReading.ts"
export * as Submission from "./model/submission/Submission.ts"
export type { Rejection, RejectionReason, Submitted } from "./model/submission/Submission.ts"
export * from "./model/Tenant.ts"
export {
  auditHash,
  chainStart,
  type ChainFault,
  type ChainPlace,
  verifyChain
} from "./model/identity/auditChain.ts"
export { impersonal } from "./model/identity/impersonal.ts"
export { Email, normalEmail } from "./model/identity/Email.ts"
export { locationsOf, Membership, Role, scopesOf } from "./model/identity/Membership.ts"
export { Preferences } from "./model/identity/Preferences.ts"
export { Session } from "./model/identity/Session.ts"
export { noSecrets, User, type UserSecrets } from "./model/identity/User.ts"
export * from "./model/Usage.ts"
export {
  isFinished,
  type Job,
  type JobDraft,
  type JobError,
  JobPriority,
  JobQueue,
  jobQueues,
  JobState,
  retryAt
} from "./model/work/Job.ts"
export {
  Channel as NotificationChannel,
  channelsFor,
  type Notification,
  NotificationKind,
  NotificationPreferences,
  usualNotificationPreferences
} from "./model/work/Notification.ts"
export * from "./model/UsageRules.ts"
export { type Violation, violations } from "./model/violations.ts"
export { ApiKeyStore } from "./ports/ApiKeyStore.ts"
export { type AuditDraft, type AuditEntry, AuditStore } from "./ports/identity/AuditStore.ts"
export { type Consent, ConsentStore } from "./ports/identity/ConsentStore.ts"
export { type Mail, Mailer, MailError } from "./ports/identity/Mailer.ts"
export { type Gift, type Giving, MembershipStore } from "./ports/identity/MembershipStore.ts"
export { type OneTime, type OneTimePurpose, OneTimeStore } from "./ports/identity/OneTimeStore.ts"
export {
  erased,
  type PersonalCounts,
  PersonalData,
  type PersonalRows
} from "./ports/identity/PersonalData.ts"
export { HasherBusy, PasswordHasher } from "./ports/identity/PasswordHasher.ts"
export { layerOf as layerServerSecret, ServerSecret } from "./ports/identity/ServerSecret.ts"
export { type Rotation, SessionStore } from "./ports/identity/SessionStore.ts"
export { type SigningKey, SigningKeyStore } from "./ports/identity/SigningKeyStore.ts"
export { type KnownUser, UserStore } from "./ports/identity/UserStore.ts"
export {
  type BegunRequest,
  type IdempotentRequest,
  IdempotencyStore,
  idempotencyKeptMs
} from "./ports/requests/IdempotencyStore.ts"
export { type BindingKey, BindingStore } from "./ports/BindingStore.ts"
export { DeadLetterStore } from "./ports/DeadLetterStore.ts"
export { type DeviceStatus, DeviceStatusStore } from "./ports/DeviceStatusStore.ts"
export { DeviceStore } from "./ports/DeviceStore.ts"
export { LocationStore } from "./ports/LocationStore.ts"
export { QuarantineStore } from "./ports/QuarantineStore.ts"
export type { Page } from "./ports/Page.ts"
export { ReadingBus, type StoredReadings } from "./ports/ReadingBus.ts"
export {
  type AppendOutcome,
  type CorrectionOutcome,
  type ReadingQuery,
  ReadingStore,
  type ReadingStoreCapabilities
} from "./ports/ReadingStore.ts"
export { AlreadyExists, NotFound } from "./ports/registryErrors.ts"
export {
  type RefreshedUsage,
  type Retained,
  type Retention,
  StorageUpkeep,
  usualRetention
} from "./ports/StorageUpkeep.ts"
export { StorageError } from "./ports/StorageError.ts"
export { TariffStore } from "./ports/tariffs/TariffStore.ts"
export {
  type Beat,
  type ClaimQuery,
  type JobHold,
  type JobQuery,
  JobStore,
  mostPartBytes
} from "./ports/work/JobStore.ts"
export { type NotificationQuery, NotificationStore } from "./ports/work/NotificationStore.ts"
export { TenantStore } from "./ports/TenantStore.ts"
export { type KeptResolution, type UsageCursor, type UsageQuery, UsageStore } from "./ports/UsageStore.ts"
export * as Memory from "./memory/stores.ts"
export * as BillingCycle from "./time/BillingCycle.ts"
export * as Instant from "./time/Instant.ts"
export { InstantFromString } from "./time/Instant.ts"
export * as Interval from "./time/Interval.ts"
export { InvalidTime } from "./time/InvalidTime.ts"
export * as LocalCalendar from "./time/LocalCalendar.ts"
export * as LocalDate from "./time/LocalDate.ts"
export * as LocalTime from "./time/LocalTime.ts"
export * as Period from "./time/Period.ts"
export * as Resolution from "./time/Resolution.ts"
export * as TimeZone from "./time/TimeZone.ts"
export * as ZoneHistory from "./time/ZoneHistory.ts"
export * as Energy from "./quantity/Energy.ts"
export * as Money from "./quantity/Money.ts"
export * as Power from "./quantity/Power.ts"
export * as Unit from "./quantity/Unit.ts"
export * as Currency from "./quantity/Currency.ts"
export * as Decimal from "./quantity/Decimal.ts"
export * as Gas from "./quantity/Gas.ts"
export {
  CurrencyMismatch,
  IncompatibleUnits,
  InvalidQuantity,
  UnknownUnit
} from "./quantity/QuantityError.ts"
export { suspectUnitChange, type UnitChange } from "./quantity/UnitChange.ts"
export * as ChannelReadings from "./usage/ChannelReadings.ts"
export * as UsageCells from "./usage/UsageCells.ts"
export { type Known, usageOf } from "./usage/usageOf.ts"
export { UnknownTimeZone } from "./time/TimeZone.ts"
