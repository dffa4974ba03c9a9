export * from "./model/ids.ts"
export * from "./model/ApiKey.ts"
export * from "./model/Device.ts"
export type { LiveFilter, LiveUpdate } from "./model/LiveUpdate.ts"
export * from "./model/Location.ts"
export * from "./model/Principal.ts"
export * from "./model/Reading.ts"
export * as Submission from "./model/Submission.ts"
export type { Rejection, RejectionReason, Submitted } from "./model/Submission.ts"
export * from "./model/Tenant.ts"
export { type Violation, violations } from "./model/violations.ts"
export { ApiKeyStore } from "./ports/ApiKeyStore.ts"
export { DeviceStore } from "./ports/DeviceStore.ts"
export { LocationStore } from "./ports/LocationStore.ts"
export type { Page } from "./ports/Page.ts"
export { ReadingBus, type StoredReadings } from "./ports/ReadingBus.ts"
export {
  type AppendOutcome,
  type ReadingQuery,
  ReadingStore,
  type ReadingStoreCapabilities
} from "./ports/ReadingStore.ts"
export { AlreadyExists, NotFound } from "./ports/registryErrors.ts"
export { StorageError } from "./ports/StorageError.ts"
export { TenantStore } from "./ports/TenantStore.ts"
export * as Memory from "./ports/memory.ts"
