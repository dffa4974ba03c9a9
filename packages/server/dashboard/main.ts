import "@wattkit/elements/define"
import * as Board from "./Board.ts"
import { elementById } from "./elementById.ts"
import * as Key from "./Key.ts"
import { signIn } from "./SignIn.ts"
import * as Theme from "./Theme.ts"

// The API is beside this page, also when a proxy puts both below a path of its own.
const baseUrl = new URL(".", location.href).href.replace(/[?#].*$/, "").replace(/\/$/, "")

let close = (): void => {}

const open = (key: string): void => {
  Key.keep(key)
  close = Board.open(baseUrl, key, {
    onUnauthorized: () => leave("This key is not accepted. It may be mistyped, expired or withdrawn.")
  })
}

const leave = (problem: string): void => {
  Key.forget()
  close()
  signIn(baseUrl, problem, open)
}

Theme.install(elementById("theme", HTMLButtonElement), elementById("theme-name", HTMLElement))
elementById("sign-out", HTMLButtonElement).addEventListener("click", () => leave(""))

const start = (): void => {
  const key = Key.find()
  if (key === undefined) signIn(baseUrl, "", open)
  else open(key)
}

// A link with another key, opened in this tab, changes the fragment alone.
addEventListener("hashchange", () => {
  if (location.hash.includes("key=")) location.reload()
})
start()
