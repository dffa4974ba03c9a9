import type { Binding, QuantityName } from "@wattkit/core"
import type { Said } from "../Said.ts"

/** Fifteen digits hold every decimal a device sends and drop what multiplication adds behind them. */
const scaled = (value: number, scale: number): number => Number((value * scale).toPrecision(15))

/**
 * Gives what a format did not know the meaning a person said it has. A person's word stands above the
 * format's; what is ignored is left out, and the rest stays unknown.
 */
export const applyFields = (said: Said, fields: Binding["fields"]): Said => {
  const quantities: { [name in QuantityName]?: number } = { ...said.quantities }
  const unknown: { [name: string]: number } = {}
  for (const [name, value] of Object.entries(said.unknown)) {
    const meaning = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (meaning === undefined) unknown[name] = value
    else if (meaning.quantity !== "ignored") {
      const meant = scaled(value, meaning.scale)
      if (Number.isFinite(meant)) quantities[meaning.quantity] = meant
    }
  }
  return { ...said, quantities, unknown }
}
