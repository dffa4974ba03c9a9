/** What can stand in an element. What is given as text stays text, whatever a device calls itself. */
export type Content = Node | string | undefined

/** Attributes by name; `true` for one without a value, `undefined` and `false` for none. */
export interface Look {
  readonly [name: string]: string | boolean | undefined
}

/** Makes an element. */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  look: Look,
  ...content: ReadonlyArray<Content>
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(look)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value)
  }
  element.append(...content.filter((one) => one !== undefined))
  return element
}

/** Whether a button still does what it was pressed for. */
export const isBusy = (button: HTMLButtonElement): boolean => button.ariaDisabled === "true"

/** Does what a button was pressed for. The button keeps the focus, which a disabled one would lose. */
export const busily = async (button: HTMLButtonElement, work: () => Promise<void> | void): Promise<void> => {
  button.ariaDisabled = "true"
  try {
    await work()
  } finally {
    button.ariaDisabled = null
  }
}

/** Makes a button that does something and cannot be pressed again until it is done. */
export const makeButton = (
  text: string,
  look: Look,
  press: () => Promise<void> | void
): HTMLButtonElement => {
  const button = make("button", { type: "button", ...look }, text)
  button.addEventListener("click", () => {
    if (!isBusy(button)) void busily(button, press)
  })
  return button
}
