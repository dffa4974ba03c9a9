export { Malformed, PayloadTooLarge, UnsupportedMediaType, type WireError } from "./errors.ts"
export { type Limits, limits } from "./limits.ts"
export { type Outcome, receive, type SourceOptions, toWebHandler } from "./source.ts"
export { type BodyHeaders, decode } from "./wire.ts"
