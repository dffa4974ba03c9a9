export { type Limits, limits } from "./limits.ts"
export { type Failure, serve, type SinkOptions } from "./sink.ts"
export {
  type ClientFrame,
  decode,
  encode,
  type ErrorCode,
  protocol,
  type Refusal,
  type ServerFrame,
  Subscribe
} from "./wire.ts"
