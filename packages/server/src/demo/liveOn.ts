import type { Principal } from "@wattkit/core"
import { House } from "@wattkit/testkit/simulate"
import { Clock, Effect } from "effect"
import { sendIn } from "./sendIn.ts"

const second = 1_000

/** Readings that are sent late, rather than never, when the machine was busy for a moment. */
const mostLate = 30

/** How often the state is kept. */
const keepEvery = 10

/** Lets the house live on: one reading a second of every device, until it is interrupted. */
export const run = Effect.fnUntraced(function* (
  principal: Principal,
  house: House.House,
  from: House.HouseState,
  keep: (state: House.HouseState) => void
) {
  let state = from
  const tick = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    while (state.at + second <= now) {
      const late = Math.floor((now - state.at) / second) > mostLate
      state = House.advance(house, state, state.at + second, second)
      if (late) continue
      yield* sendIn(principal, House.readings(house, state))
    }
    if (state.at % (keepEvery * second) === 0) keep(state)
    yield* Effect.sleep(second - (now % second))
  }).pipe(
    Effect.catch((error) =>
      Effect.andThen(
        Effect.logWarning("the simulated house was not heard", error.message),
        Effect.sleep(second)
      )
    )
  )
  yield* Effect.forever(tick).pipe(Effect.ensuring(Effect.sync(() => keep(state))))
})
