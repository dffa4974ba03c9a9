/**
 * Faults as decorators over readings, off unless used, each with the truth about what it did:
 *
 * ```ts
 * const readings = Faults.withDuplicates(
 *   Faults.withGaps(House.stream(house, state, pace), Trigger.outages(3, 1, 7_200_000)),
 *   Trigger.random(5, 0.01)
 * )
 * ```
 */
export { withClockSkew, withDisorder, withDuplicates, withGaps, withLateness } from "./DeliveryFaults.ts"
export { withGlitches, withReset, withRollOver } from "./RegisterFaults.ts"
export type { Faulty, FaultName, Label } from "./Faulty.ts"
