import type { Location } from "@wattkit/client"
import { choiceField, type Field, ticksField } from "../page/Field.ts"
import { textOf } from "../page/Form.ts"
import { type Role, roleWords } from "../page/roles.ts"

/** What somebody is in the tenant, and where. */
export interface Rights {
  readonly role: Role
  readonly locations: ReadonlyArray<string>
}

/** Asks for role and locations. An administrator has all locations, so they are asked of the others alone. */
export const rightsFields = (
  locations: ReadonlyArray<Location>,
  { locations: given, role }: Rights
): ReadonlyArray<Field> => {
  const roles = Object.entries(roleWords)
  const choice = choiceField("role", "Role", roles, role)
  const ticks = ticksField(
    "locations",
    "Locations",
    locations.map(({ id, name }) => [id, name, given.includes(id)] as const),
    locations.length === 0 ? "There is none yet." : "They see what you tick, and nothing else."
  )
  const hideOrShow = (): void => {
    ticks.element.hidden = choice.control instanceof HTMLSelectElement && choice.control.value === "admin"
  }
  choice.control.addEventListener("change", hideOrShow)
  hideOrShow()
  return [choice, ticks]
}

/** What was answered. Locations of an administrator are kept for the day they are none any more. */
export const rightsOf = (answers: FormData): Rights => ({
  role: textOf(answers, "role") as Role,
  locations: answers.getAll("locations").map(String)
})
