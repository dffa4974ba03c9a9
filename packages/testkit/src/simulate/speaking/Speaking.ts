/**
 * The house speaks as its devices would over MQTT, each in the way of its maker and with the habits that cost
 * their owners data. It knows nothing of how messages are read.
 */
export { carry } from "./carry.ts"
export type { Carried, CarryOptions } from "./carry.ts"
export { speak } from "./speak.ts"
export type { SpeakOptions } from "./speak.ts"
export type { Spoken } from "./Spoken.ts"
export { truth } from "./truth.ts"
export type { Truth } from "./truth.ts"
