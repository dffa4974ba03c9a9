import { isWattkitError } from "@wattkit/client"
import type { SignIn } from "@wattkit/client/session"
import { textField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import type { Gate, Screen } from "./Gate.ts"

/** What is typed where a code is asked for: digits of an authenticator, or the letters of a recovery code. */
export const codeField = (hint: string) =>
  textField(
    "code",
    "Code",
    { autocomplete: "one-time-code", autocapitalize: "off", spellcheck: "false", maxlength: "64" },
    hint
  )

/** The hint to whoever may have lost the authenticator. */
export const codeHint = "Six digits from your authenticator, or one of your recovery codes."

/** Asks for the second factor. */
export const codeScreen = (gate: Gate, answer: Extract<SignIn, { kind: "second_factor" }>): Screen => ({
  title: "Enter the code",
  form: makeForm({
    fields: [codeField(codeHint)],
    press: "Go on",
    words: (error) =>
      isWattkitError(error, "UNAUTHORIZED")
        ? "This code is wrong, or was used before. Wait for the next one."
        : undefined,
    onSubmit: async (answers) => {
      const isLate = (): boolean => Date.now() >= answer.expiresAt
      try {
        await answer.confirm(textOf(answers, "code"), { retries: 0 })
        await gate.enter()
      } catch (error) {
        if (!isLate()) throw error
        gate.go("password", "This took longer than five minutes. Sign in again.")
      }
    }
  }),
  ways: [["Begin again", () => gate.go("password")]]
})
