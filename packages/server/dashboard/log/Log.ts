import { download } from "../page/download.ts"
import { textField } from "../page/Field.ts"
import { makeForm, textOf } from "../page/Form.ts"
import { make, makeButton } from "../page/make.ts"
import { list, makePart } from "../page/Part.ts"
import type { Viewer } from "../Views.ts"
import { type Names, entryItem } from "./entryItem.ts"
import { chainWords } from "./chainWords.ts"

const pageSize = 50

/** What people are called whose ids the log has; whoever may not know them sees the ids. */
const namesOf = async ({ bearer, me, signal }: Viewer): Promise<Names> => {
  const names = new Map(me === undefined ? [] : [[`user ${me.id}`, me.name]])
  if (me !== undefined && me.role !== "admin") return names
  try {
    for await (const { id, name } of bearer.client.users.list({ limit: 500 }, { signal }))
      names.set(`user ${id}`, name)
  } catch {
    // A key that does not administer.
  }
  return names
}

/** Shows who did what, the newest first. */
export const open = async (page: HTMLElement, viewer: Viewer): Promise<void> => {
  const { baseUrl, bearer, me, signal } = viewer
  const { client } = bearer
  const isAll = me === undefined || me.role === "admin"
  const names = await namesOf(viewer)
  const verify = makeButton("Verify", { class: "quiet" }, () =>
    part.perform(async () => chainWords(await client.audit.verify({}, { signal })))
  )
  const save = makeButton("Download", { class: "quiet" }, () =>
    part.perform(
      async () => `${await download(`${baseUrl}/v1/audit-logs/export`, await bearer.token())} is saved.`
    )
  )
  const part = makePart(
    "Who did what",
    isAll ? "Everything that was changed in this tenant." : "What you changed yourself.",
    make("div", { class: "presses" }, ...(isAll ? [verify, save] : []))
  )
  let action: string | undefined
  const entries = list([])
  const rest = make("div", {})
  const more = async (cursor?: string): Promise<undefined> => {
    const { items, nextCursor } = await client.audit.list({ limit: pageSize, cursor, action }, { signal })
    if (cursor === undefined) entries.replaceChildren()
    const lines = items.map((entry) => entryItem(entry, names))
    entries.append(...lines)
    rest.replaceChildren(
      nextCursor === undefined
        ? make(
            "p",
            { class: "small" },
            entries.childElementCount === 0 ? "There is nothing." : "That is all."
          )
        : makeButton("Show older", { class: "plainly" }, () => part.perform(() => more(nextCursor)))
    )
    // The older ones begin here, for whoever pressed the button that is gone.
    if (cursor !== undefined) lines[0]?.querySelector("summary")?.focus()
    return undefined
  }

  const filter = makeForm({
    fields: [
      textField("action", "Action", {
        required: false,
        placeholder: "such as member.invite",
        autocapitalize: "off",
        spellcheck: "false"
      })
    ],
    press: "Show",
    isQuiet: true,
    onSubmit: async (answers) => {
      const asked = textOf(answers, "action").trim()
      action = asked === "" ? undefined : asked
      await more()
      part.tell(action === undefined ? "" : `Only ${action} is shown.`)
    }
  })
  filter.element.classList.add("inline")
  part.show(filter.element, entries, rest)
  page.replaceChildren(part.element)
  await part.perform(() => more())
}
