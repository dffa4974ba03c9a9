import { type Look, make } from "./make.ts"

/** One thing that a form asks for. */
export interface Field {
  /** How the contract calls it. */
  readonly name: string
  readonly label: string
  readonly element: HTMLElement
  /** What takes the focus, and what is marked when it is wrong. */
  readonly control: HTMLElement
}

let count = 0

/** An id that no other element of the page has. */
export const freshId = (): string => `made-${++count}`

const hinted = (hint: string | undefined): { readonly id: string; readonly element?: HTMLElement } => {
  if (hint === undefined) return { id: "" }
  const id = freshId()
  return { id, element: make("p", { class: "small", id }, hint) }
}

const labelled = (name: string, label: string, hint: string | undefined, control: HTMLElement): Field => {
  const { element, id } = hinted(hint)
  if (id !== "") control.setAttribute("aria-describedby", id)
  const box = make("div", { class: "field" }, make("label", { for: control.id }, label), control, element)
  return { name, label, element: box, control }
}

/** A line of text. It has to be filled in unless its look says `required: false`. */
export const textField = (name: string, label: string, look: Look = {}, hint?: string): Field =>
  labelled(
    name,
    label,
    hint,
    make("input", { id: freshId(), name, required: true, maxlength: "320", ...look })
  )

/** An address. Not of the type that browsers rewrite: what counts is what the server makes of it. */
export const emailField = (label = "E-mail address", look: Look = {}, hint?: string): Field =>
  textField(
    "email",
    label,
    { inputmode: "email", autocomplete: "username", autocapitalize: "off", spellcheck: "false", ...look },
    hint
  )

const passwordRule =
  "8 characters or more, with a capital and a small letter, a digit and a special character."

/** A password somebody has, or, with `isNew`, one they choose. */
export const passwordField = (label = "Password", { isNew = false, name = "password" } = {}): Field =>
  textField(
    name,
    label,
    { type: "password", maxlength: "1024", autocomplete: isNew ? "new-password" : "current-password" },
    isNew ? passwordRule : undefined
  )

/** One of several. */
export const choiceField = (
  name: string,
  label: string,
  choices: ReadonlyArray<readonly [value: string, words: string]>,
  chosen?: string
): Field => {
  const options = choices.map(([value, words]) =>
    make("option", { value, selected: value === chosen }, words)
  )
  return labelled(name, label, undefined, make("select", { id: freshId(), name }, ...options))
}

/** Any of several, each with a box to tick. */
export const ticksField = (
  name: string,
  label: string,
  choices: ReadonlyArray<readonly [value: string, words: string, isTicked: boolean]>,
  hint?: string
): Field => {
  const boxes = choices.map(([value, words, isTicked]) =>
    make(
      "label",
      { class: "tick" },
      make("input", { type: "checkbox", name, value, checked: isTicked }),
      make("span", {}, words)
    )
  )
  const { element, id } = hinted(hint)
  const control = make(
    "fieldset",
    { class: "field", "aria-describedby": id === "" ? undefined : id },
    make("legend", {}, label),
    element,
    ...boxes
  )
  return { name, label, element: control, control }
}
