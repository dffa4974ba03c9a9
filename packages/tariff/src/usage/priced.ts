import type { Part } from "../charges/Context.ts"
import type { Metered } from "./Metered.ts"

/** Import and export of each reading with the smaller of the two taken off both. */
const nettedByReading = (usage: Metered): Metered => {
  const key = "netted"
  const known = usage.refined.get(key)
  if (known !== undefined) return known
  const imported = new Float64Array(usage.n)
  const exported = new Float64Array(usage.n)
  for (let i = 0; i < usage.n; i++) {
    const net = usage.imported[i]! - usage.exported[i]!
    if (net > 0) imported[i] = net
    else exported[i] = -net
  }
  const made = { ...usage, imported, exported, refined: new Map<string, Metered>() }
  usage.refined.set(key, made)
  return made
}

/** What imports and exports of a part are priced on: the registers, or netted in each reading. */
export const pricedIn = (usage: Metered, part: Part): Metered => {
  const policy = part.compiled.version.export
  const nets =
    policy.kind === "netMetering" || (policy.kind === "netBilling" && policy.netting === "interval")
  return nets ? nettedByReading(usage) : usage
}
