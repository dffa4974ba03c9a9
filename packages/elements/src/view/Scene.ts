import type { Ledger } from "../power/Ledger.ts"
import type { PowerBalance } from "../power/PowerBalance.ts"
import type { Line, PowerHistory } from "../power/PowerHistory.ts"
import type { Steps } from "../power/History.ts"
import type { Words } from "../text/Words.ts"

/** Everything one picture of the element shows; the views are functions of it and of nothing else. */
export interface Scene {
  readonly words: Words
  readonly locale: string | undefined
  readonly zone: string | undefined
  readonly now: number
  readonly balance: PowerBalance
  readonly ledger: Ledger
  readonly history: PowerHistory
  readonly steps: Steps
  /** What the location has, whether or not it has said something. */
  readonly roles: ReadonlySet<Line>
  readonly stateOfChargePct: number | undefined
  readonly heardAt: (deviceId: string) => number | undefined
  readonly flowWidth: number
  readonly chartWidth: number
}
