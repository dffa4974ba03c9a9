const place = "wattkit.theme"
const choices = ["auto", "light", "dark"] as const
type Choice = (typeof choices)[number]

const chosen = (): Choice => choices.find((one) => one === localStorage.getItem(place)) ?? "auto"

/** Shows the page in the chosen theme, and lets the button go on to the next. */
export const install = (button: HTMLButtonElement, name: HTMLElement): void => {
  const show = (choice: Choice): void => {
    if (choice === "auto") delete document.documentElement.dataset["theme"]
    else document.documentElement.dataset["theme"] = choice
    name.textContent = `Theme: ${choice}`
  }
  show(chosen())
  button.addEventListener("click", () => {
    const next = choices[(choices.indexOf(chosen()) + 1) % choices.length]!
    localStorage.setItem(place, next)
    show(next)
  })
}
