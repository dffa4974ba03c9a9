export type { Connection } from "./Connection.ts"
export { Hub, type HubOptions } from "./Hub.ts"
export { type Limits, limits } from "./limits.ts"
export type { Failure, NewsListener, Opened, Recorded, Selected } from "./Opened.ts"
export type { Outlet } from "./Outlet.ts"
export {
  type ClientFrame,
  decode,
  type ErrorCode,
  Filter,
  protocol,
  Record,
  type Refusal,
  type ServerFrame,
  Since,
  Subscribe,
  wordsOf
} from "./wire.ts"
