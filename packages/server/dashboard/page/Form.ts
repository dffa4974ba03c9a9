import { isWattkitError } from "@wattkit/client"
import { type Field, freshId } from "./Field.ts"
import { busily, type Content, isBusy, make } from "./make.ts"
import { problemOf } from "./problemOf.ts"

/** What a form asks, and what is done with the answer. */
export interface FormOptions {
  readonly fields: ReadonlyArray<Field>
  readonly press: string
  readonly onSubmit: (answers: FormData) => Promise<void>
  /** What went wrong, where the form has better words for it than the server. */
  readonly words?: ((error: unknown) => string | undefined) | undefined
  /** Stands beside the button. */
  readonly beside?: ReadonlyArray<Content>
  readonly isDangerous?: boolean
  readonly isQuiet?: boolean
}

/** A form on the page. */
export interface Form {
  readonly element: HTMLFormElement
  /** Says what is wrong; nothing with an empty text. */
  readonly tell: (problem: string) => void
}

/** What was answered to one question, as text. */
export const textOf = (answers: FormData, name: string): string => {
  const value = answers.get(name)
  return typeof value === "string" ? value : ""
}

const pressLook = ({ isDangerous = false, isQuiet = false }: FormOptions): string | undefined =>
  isDangerous ? "danger" : isQuiet ? "plainly" : undefined

/** What has to be typed anew: what the server names, or the password, code or key that stands last. */
const wrongIn = (error: unknown, fields: ReadonlyArray<Field>): Field | undefined => {
  if (isWattkitError(error, "UNAUTHORIZED")) return fields.at(-1)
  if (!isWattkitError(error)) return undefined
  return fields.find(({ name }) => error.details.some(({ field }) => field === name))
}

/** Makes a form that cannot be sent again before it was answered, and says in words what went wrong. */
export const makeForm = (options: FormOptions): Form => {
  const { beside = [], fields, onSubmit, press, words = () => undefined } = options
  const labels = new Map(fields.map(({ label, name }) => [name, label]))
  const problem = make("p", { class: "problem", role: "alert", id: freshId() })
  const button = make("button", { type: "submit", class: pressLook(options) }, press)
  const tell = (text: string, wrong?: Field): void => {
    problem.textContent = text
    for (const { control } of fields) control.removeAttribute("aria-invalid")
    wrong?.control.setAttribute("aria-invalid", "true")
    wrong?.control.focus()
    if (wrong?.control instanceof HTMLInputElement) wrong.control.select()
  }
  const form = make(
    "form",
    { class: "asks" },
    ...fields.map(({ element }) => element),
    problem,
    make("div", { class: "presses" }, button, ...beside)
  )
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (isBusy(button)) return
    tell("")
    void busily(button, async () => {
      try {
        await onSubmit(new FormData(form))
      } catch (error) {
        tell(words(error) ?? problemOf(error, labels), wrongIn(error, fields))
      }
    })
  })
  return { element: form, tell }
}
