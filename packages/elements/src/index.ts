export { LivePowerElement, type LivePowerState } from "./LivePowerElement.ts"
export { fromClient } from "./live/fromClient.ts"
export type { Follower, LiveData } from "./live/LiveData.ts"
export type { Problem, ProblemKind } from "./live/Problem.ts"
export * as History from "./power/History.ts"
export * as PowerBalance from "./power/PowerBalance.ts"
export {
  formatEnergy,
  formatPower,
  formatShare,
  formatTick,
  inline,
  type Quantity
} from "./text/formatPower.ts"
export { english, type Words } from "./text/Words.ts"
export { TodayElement } from "./today/TodayElement.ts"
