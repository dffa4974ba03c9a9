import type { ExportPolicy } from "../../model/ExportPolicy.ts"
import { type Document, type Fields, isEmpty } from "../Document.ts"

/** What a record says about exported energy. */
export interface Exports {
  readonly policy: ExportPolicy
  readonly sells: boolean
}

const byRule: Readonly<Record<string, "netMetering" | "registers" | "interval" | "buyAllSellAll">> = {
  "net metering": "netMetering",
  "net billing instantaneous": "registers",
  "net billing hourly": "interval",
  "buy all sell all": "buyAllSellAll"
}

const netMetering = (document: Document, set: string | undefined, sells: boolean): Exports => {
  document.warn(
    "dgrules",
    sells
      ? "surplus is paid at sell; the record says nothing of the end of the year, so credit is carried on"
      : "surplus is kept as kWh; the record says nothing of the end of the year, so they are carried on"
  )
  return {
    sells,
    policy: {
      kind: "netMetering",
      window: "billingPeriod",
      ...(set === undefined ? {} : { set }),
      surplus: sells ? "money" : "kWh",
      ledger: {
        applyTo: {},
        sameMonth: true,
        match: set === undefined ? "any" : "sameClockHour",
        trueUp: { month: 12, left: "carry" }
      }
    }
  }
}

const ruleOf = (document: Document, record: Fields, sells: boolean) => {
  const { dgrules, usenetmetering } = record
  const isNet = usenetmetering === true || usenetmetering === 1 || usenetmetering === "true"
  if (isEmpty(dgrules)) {
    if (isNet) return "netMetering"
    if (sells) document.warn("dgrules", "is not given; export is paid at sell as the registers count it")
    return sells ? "registers" : "none"
  }
  const rule = byRule[String(dgrules).toLowerCase()]
  if (rule === undefined) document.problem("dgrules", `"${String(dgrules)}" is not a rule that can be priced`)
  if (isNet && rule !== "netMetering")
    document.warn("usenetmetering", `is true, but dgrules says ${String(dgrules)}, which is taken`)
  return rule ?? "none"
}

/** How exported energy is treated, by `dgrules` or, in older records, `usenetmetering`. */
export const exportsOf = (
  document: Document,
  record: Fields,
  set: string | undefined,
  sells: boolean
): Exports => {
  const rule = ruleOf(document, record, sells)
  if (rule === "none") return { sells: false, policy: { kind: "none" } }
  if (rule === "netMetering") return netMetering(document, set, sells)
  if (!sells) document.warn("energyratestructure[].sell", "is missing, so export earns nothing")
  if (rule === "buyAllSellAll") return { sells, policy: { kind: "buyAllSellAll" } }
  if (rule === "interval") document.warn("dgrules", "nets each reading; give readings by the hour")
  return { sells, policy: { kind: "netBilling", netting: rule } }
}
