import type { Charge } from "../model/charge/Charge.ts"
import type { Selector } from "../model/charge/ChargeFields.ts"
import type { Scope } from "./Scope.ts"

const groups = ["supply", "network", "levy", "tax", "metering", "export", "other"]

/** Checks that a group is one of those there are. */
export const checkGroup = (scope: Scope, path: string, group: string): void => {
  if (!groups.includes(group))
    scope.add(path, `"${String(group)}" is not a group of charges; known are ${groups.join(", ")}`)
}

/**
 * Checks that a selector names charges and groups that are there; a name that is not would select nothing.
 */
export const checkSelector = (scope: Scope, path: string, label: string, selector: Selector): void => {
  for (const group of selector.groups ?? []) checkGroup(scope, path, group)
  for (const id of [...(selector.ids ?? []), ...(selector.except ?? [])]) {
    if (scope.charges.every((one) => one.id !== id))
      scope.add(path, `"${label}" refers to "${id}", but there is no charge of that name`)
  }
}

/** Checks what a charge is calculated from. */
export const checkSelectors = (scope: Scope, charge: Charge, path: string): void => {
  const selectors =
    charge.kind === "percent" || charge.kind === "minimum" || charge.kind === "maximum"
      ? { base: charge.base }
      : charge.kind === "credit" && charge.upTo !== undefined
        ? { upTo: charge.upTo }
        : {}
  for (const [field, selector] of Object.entries(selectors)) {
    checkSelector(scope, `${path}.${field}`, charge.label, selector)
    if (selector.ids?.includes(charge.id) === true)
      scope.add(`${path}.${field}`, `"${charge.label}" is a part of what it is calculated from`)
  }
}
