export type { Answer, CallOptions, Page, PagedAnswer, WithResponse } from "./Answer.ts"
export type {
  Device,
  Health,
  IngestResult,
  Location,
  NewDevice,
  NewLocation,
  Reading,
  Readings,
  RegisteredDevice,
  Rejection,
  Ticket
} from "./contract.gen.ts"
export { type Client, type ClientOptions, createClient } from "./createClient.ts"
export { type ClientCode, type Code, type Detail, WattkitError } from "./WattkitError.ts"
