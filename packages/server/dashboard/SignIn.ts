import { createClient, WattkitError } from "@wattkit/client"
import { elementById } from "./elementById.ts"

/** Why a key cannot be used, in words that say what to do. */
const problemOf = (error: unknown): string => {
  const { code = "", status = 0 } = error instanceof WattkitError ? error : {}
  if (status === 401) return "This key is not accepted. It may be mistyped, expired or withdrawn."
  if (status === 403) return "This key is valid, but may not read. Use one that was made for the dashboard."
  if (code === "NETWORK" || code === "TIMEOUT" || status >= 500)
    return "The server does not answer. See whether it is running, then try again."
  if (code === "INVALID_REQUEST") return "This is not a key: it has characters that no key has."
  return error instanceof Error ? error.message : String(error)
}

/** Shows the form until a key is found to be good, and hands that over. */
export const signIn = (baseUrl: string, problem: string, onKey: (key: string) => void): void => {
  const page = elementById("sign-in", HTMLElement)
  const form = page.querySelector("form")!
  const input = elementById("key", HTMLInputElement)
  const message = elementById("sign-in-problem", HTMLElement)
  const button = form.querySelector("button")!
  const show = (text: string): void => {
    message.textContent = text
    input.toggleAttribute("aria-invalid", text !== "")
  }
  const done = new AbortController()
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const key = input.value.trim()
    show("")
    button.disabled = true
    try {
      await createClient({ baseUrl, auth: key, retries: 0, timeoutMs: 8000 }).locations.list({ limit: 1 })
      input.value = ""
      page.hidden = true
      done.abort()
      onKey(key)
    } catch (error) {
      show(problemOf(error))
      input.select()
    } finally {
      button.disabled = false
    }
  }
  form.addEventListener("submit", submit, { signal: done.signal })
  page.hidden = false
  show(problem)
  input.focus()
}
