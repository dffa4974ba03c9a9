import type { ChannelReadings, UsageRules } from "@wattkit/core"

/** A column of readings usage is computed from. */
export type Column = Exclude<keyof ChannelReadings.ChannelReadings, "at" | "edited">

/** The column in the table. */
export const columnOf: { readonly [name in Column]: string } = {
  importWh: "import_wh",
  exportWh: "export_wh",
  importDeltaWh: "import_delta_wh",
  exportDeltaWh: "export_delta_wh",
  since: "since",
  powerW: "power_w"
}

/** The bits of `channels.says`. */
export const says = { imports: 1, exports: 2, deltas: 4, power: 8 } as const

/** Columns that are judged by their neighbours, and which readings carry them. */
export interface Basis {
  readonly carried: string
  readonly columns: ReadonlyArray<Column>
}

/**
 * What has to be read of a channel: each direction of a register has neighbours of its own, since the two
 * need not come together.
 */
export interface Kind {
  readonly name: string
  readonly bases: ReadonlyArray<Basis>
  /** What is read of every reading inside. */
  readonly columns: ReadonlyArray<Column>
  /** Energies told as such may reach back before the first reading of all. */
  readonly reachesBack: boolean
}

const basesOf = (rules: UsageRules, said: number): ReadonlyArray<Basis> => {
  const bases: Array<Basis> = []
  if (rules.basis === "register") {
    if ((said & says.imports) !== 0) bases.push({ carried: "r.import_wh IS NOT NULL", columns: ["importWh"] })
    if ((said & says.exports) !== 0) bases.push({ carried: "r.export_wh IS NOT NULL", columns: ["exportWh"] })
  } else if (rules.basis === "delta") {
    if ((said & says.deltas) !== 0) {
      bases.push({
        carried: "(r.import_delta_wh IS NOT NULL OR r.export_delta_wh IS NOT NULL)",
        columns: ["importDeltaWh", "exportDeltaWh", "since"]
      })
    }
  } else if ((said & says.power) !== 0) bases.push({ carried: "r.power_w IS NOT NULL", columns: ["powerW"] })
  return bases
}

const kinds = new Map<string, Kind>()

/** What has to be read of a channel with these rules that ever said these quantities. */
export const kindOf = (rules: UsageRules, said: number): Kind => {
  const name = `${rules.basis} ${said}`
  const known = kinds.get(name)
  if (known !== undefined) return known
  const bases = basesOf(rules, said)
  const columns = new Set(bases.flatMap((basis) => basis.columns))
  if ((said & says.power) !== 0) columns.add("powerW")
  const made = { name, bases, columns: [...columns], reachesBack: columns.has("since") }
  kinds.set(name, made)
  return made
}
