type Content = Node | string | undefined

interface Look {
  readonly class?: string
  readonly type?: "button"
}

/** Makes an element. What is put into it as text stays text, whatever a device calls itself. */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  look: Look,
  ...content: ReadonlyArray<Content>
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(look)) element.setAttribute(name, value)
  element.append(...content.filter((one) => one !== undefined))
  return element
}

/** Makes a button that does something and cannot be pressed again until it is done. */
export const makeButton = (
  text: string,
  look: Look,
  press: () => Promise<void> | void
): HTMLButtonElement => {
  const button = make("button", { type: "button", ...look }, text)
  button.addEventListener("click", async () => {
    button.disabled = true
    try {
      await press()
    } finally {
      button.disabled = false
    }
  })
  return button
}
