import type { AuditEntry } from "@wattkit/client"
import { make } from "../page/make.ts"
import { momentOf } from "../page/moments.ts"

/** What people and keys are called, by how the log names them. */
export type Names = ReadonlyMap<string, string>

const nameOf = (names: Names, name: string): string => names.get(name) ?? name

const isSaid = (value: unknown): boolean => value !== null && value !== undefined

const valueOf = (name: string, value: unknown): ReadonlyArray<HTMLElement> =>
  isSaid(value)
    ? [make("dt", {}, name), make("dd", {}, make("code", {}, JSON.stringify(value, undefined, 1)))]
    : []

/** One entry: what was done by whom, and all that the log says of it. */
export const entryItem = (entry: AuditEntry, names: Names): HTMLLIElement => {
  const { action, after, at, before, by, hash, number, subject } = entry
  const what = subject === by ? "" : ` · ${nameOf(names, subject)}`
  return make(
    "li",
    {},
    make(
      "details",
      {},
      make(
        "summary",
        {},
        make("strong", {}, action),
        make("span", { class: "small" }, ` ${nameOf(names, by)}${what}`),
        make("time", { class: "small", datetime: at }, momentOf(at))
      ),
      make(
        "dl",
        { class: "facts" },
        ...[["By", by] as const, ["Subject", subject] as const].flatMap(([name, value]) => [
          make("dt", {}, name),
          make("dd", {}, make("code", {}, value))
        ]),
        ...valueOf("Before", before),
        ...valueOf("After", after),
        make("dt", {}, `Entry ${number}`),
        make("dd", {}, make("code", {}, hash))
      )
    )
  )
}
