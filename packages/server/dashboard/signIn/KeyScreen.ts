import { createClient, isWattkitError } from "@wattkit/client"
import { textField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import type { Gate, Screen } from "./Gate.ts"

/** Why a key cannot be used. */
const keyWords = (error: unknown): string | undefined => {
  if (isWattkitError(error, "UNAUTHORIZED"))
    return "This key is not accepted. It may be mistyped, expired or withdrawn."
  if (isWattkitError(error, "FORBIDDEN"))
    return "This key is valid, but may not read. Use one that was made for the dashboard."
  if (isWattkitError(error, "INVALID_REQUEST")) return "This is not a key: it has characters that no key has."
  return undefined
}

/** Asks for a key. */
export const keyScreen = (gate: Gate): Screen => ({
  title: "Sign in with a key",
  words: "One is printed when the server starts for the first time. It begins with wk_.",
  form: makeForm({
    fields: [
      textField("key", "Access key", {
        type: "password",
        class: "code",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false"
      })
    ],
    press: "Sign in",
    words: keyWords,
    onSubmit: async (answers) => {
      const key = textOf(answers, "key").trim()
      const { baseUrl } = gate
      await createClient({ baseUrl, auth: key, retries: 0, timeoutMs: 8000 }).locations.list({ limit: 1 })
      await gate.enter(key)
    }
  }),
  ways: [["Use e-mail and password", () => gate.go("password")]],
  footnote: "The key stays in this tab and is forgotten when it is closed."
})
