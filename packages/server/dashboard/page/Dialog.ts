import { freshId } from "./Field.ts"
import { type FormOptions, makeForm } from "./Form.ts"
import { type Content, make, makeButton } from "./make.ts"

/** What a dialog asks. It closes once what was asked is done. */
export interface DialogOptions extends Omit<FormOptions, "beside"> {
  readonly title: string
  /** Stands above the form. */
  readonly about?: ReadonlyArray<Content>
  /** Stands below it: what else may be done. */
  readonly below?: ReadonlyArray<Content>
}

/** Asks in a dialog; answers whether it was done. */
export const ask = (options: DialogOptions): Promise<boolean> => {
  const { about = [], below = [], onSubmit, title } = options
  const id = freshId()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  let isDone = false
  const form = makeForm({
    ...options,
    beside: [makeButton("Cancel", { class: "quiet" }, () => dialog.close())],
    onSubmit: async (answers) => {
      await onSubmit(answers)
      isDone = true
      dialog.close()
    }
  })
  const dialog = make(
    "dialog",
    { "aria-labelledby": id },
    make("h2", { id }, title),
    ...about,
    form.element,
    ...below
  )
  dialog.addEventListener("close", () => {
    dialog.remove()
    resolve(isDone)
  })
  document.body.append(dialog)
  dialog.showModal()
  return promise
}

/** Shows something in a dialog until it is closed. */
export const showOnce = (title: string, ...content: ReadonlyArray<Content>): Promise<void> => {
  const id = freshId()
  const { promise, resolve } = Promise.withResolvers<void>()
  const close = makeButton("Done", {}, () => dialog.close())
  const dialog = make(
    "dialog",
    { "aria-labelledby": id },
    make("h2", { id, tabindex: "-1", autofocus: true }, title),
    ...content,
    make("div", { class: "presses" }, close)
  )
  dialog.addEventListener("close", () => {
    dialog.remove()
    resolve()
  })
  document.body.append(dialog)
  dialog.showModal()
  return promise
}
