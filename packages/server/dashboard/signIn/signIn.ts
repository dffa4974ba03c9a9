import { isWattkitError } from "@wattkit/client"
import type { SignInParams } from "@wattkit/client/session"
import { problemOf } from "../page/problemOf.ts"
import { codeScreen } from "./CodeScreen.ts"
import type { Gate } from "./Gate.ts"

/** Signs in, by way of the second factor where there is one. */
export const signIn = async (gate: Gate, params: SignInParams): Promise<void> => {
  // Whoever waits for a page wants to hear that they have to, and for how long.
  const answer = await gate.session.login(params, { retries: 0, timeoutMs: 15_000 })
  if (answer.kind === "in") await gate.enter()
  else gate.show(codeScreen(gate, answer))
}

/** Signs in after a link was used; what it did stays done when that fails, so the way leads to the form. */
export const signInAfter = async (gate: Gate, params: SignInParams, done: string): Promise<void> => {
  try {
    await signIn(gate, params)
  } catch (error) {
    const isWrong = isWattkitError(error, "UNAUTHORIZED")
    const why = isWrong ? "Now sign in with your address and password." : problemOf(error)
    gate.go("password", `${done} ${why}`)
  }
}
