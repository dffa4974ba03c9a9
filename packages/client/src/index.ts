export type { Answer, CallOptions, Page, PagedAnswer, WithResponse } from "./Answer.ts"
export type * from "./contract.gen.ts"
export type { ClientOptions } from "./http/connect.ts"
export { type Client, createClient } from "./createClient.ts"
export type { Auth, TokenSource } from "./Credential.ts"
export {
  type ClientCode,
  type Code,
  type Detail,
  isWattkitError,
  type KnownCode,
  WattkitError
} from "./WattkitError.ts"
