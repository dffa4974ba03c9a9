import type { Tariff } from "../model/Tariff.ts"
import { checked, type ImportedTariff } from "./Imported.ts"
import { Document, type Fields, fieldsOf, isEmpty, nameOf, requireFields } from "./Document.ts"
import { NotImported, refuse } from "./NotImported.ts"
import { demandCharges } from "./openei/demand.ts"
import { energyCharges, fuelCharge, hasSell } from "./openei/energy.ts"
import { exportsOf } from "./openei/exports.ts"
import { warnOfOthers } from "./openei/metadata.ts"
import { otherCharges } from "./openei/otherCharges.ts"
import { readSchedule, readStructure } from "./openei/Schedule.ts"
import { type Dated, datesOf } from "./openei/versions.ts"

/** What a record of the Utility Rate Database does not say. */
export interface OpenEiOptions {
  readonly timeZone: string
  readonly currency: string
  /** The name of the tariff; `urdb-` and the record's label unless said. */
  readonly id?: string
  /** From when the tariff holds, where the record has no startdate. */
  readonly validFrom?: string
  readonly cycle?: Tariff["versions"][0]["billing"]["cycle"]
  /** What a new version inside a bill does to tiers; by days unless said. */
  readonly tierProration?: Tariff["versions"][0]["billing"]["tierProration"]
}

interface Made {
  readonly sets: Tariff["touSets"]
  readonly version: Tariff["versions"][0]
}

const versionOf = (document: Document, dated: Dated, suffix: string, options: OpenEiOptions): Made => {
  const { record } = dated
  const structure = readStructure(document, record, "energyratestructure")
  const energySet = `energy${suffix}`
  const fields = { weekday: "energyweekdayschedule", weekend: "energyweekendschedule" }
  const schedule = readSchedule(document, record, fields, structure.length)
  const demandSet = `demand${suffix}`
  const demand = readStructure(document, record, "demandratestructure")
  const demandFields = { weekday: "demandweekdayschedule", weekend: "demandweekendschedule" }
  const demandSchedule = readSchedule(document, record, demandFields, demand.length)
  const hasSet = structure.length > 1
  const { policy, sells } = exportsOf(document, record, hasSet ? energySet : undefined, hasSell(structure))
  const isNetMetered = policy.kind === "netMetering"
  const parts = { structure, schedule, set: energySet, isNetMetered }
  const charges = [
    ...demandCharges(document, record, { id: demandSet, structure: demand, schedule: demandSchedule }),
    ...(structure.length === 0 ? [] : energyCharges(document, parts, sells)),
    ...fuelCharge(document, record),
    ...otherCharges(document, record)
  ]
  if (structure.length === 0) document.warn("energyratestructure", "is missing, so energy costs nothing")
  if (charges.length === 0)
    document.problem("energyratestructure", "there is nothing to charge in this record")
  warnOfOthers(document, record)
  return {
    sets: {
      ...(hasSet ? { [energySet]: schedule } : {}),
      ...(demand.length > 0 ? { [demandSet]: demandSchedule } : {})
    },
    version: {
      id: nameOf(dated.label),
      validFrom: dated.from,
      ...(dated.to === undefined ? {} : { validTo: dated.to }),
      charges,
      export: policy,
      billing: {
        cycle: options.cycle ?? { kind: "calendarMonth" },
        tierProration: options.tierProration ?? "byDays",
        taxIncluded: false
      }
    }
  }
}

const recordsOf = (json: unknown): ReadonlyArray<Fields> => {
  const answer = fieldsOf(json)
  const list = Array.isArray(json) ? json : Array.isArray(answer?.["items"]) ? answer["items"] : [json]
  if (list.length === 0) refuse("noData", "items", "the answer has no records")
  const error = fieldsOf(answer?.["error"])
  if (error !== undefined)
    refuse("noData", "error", `the database answers: ${String(error["message"] ?? error["code"])}`)
  return list.map((one, at) =>
    requireFields(one, list.length > 1 ? `[${at}]` : "", "a record of the database")
  )
}

const text = (record: Fields, field: string): string | undefined =>
  isEmpty(record[field]) ? undefined : String(record[field])

/** What the tariff says of itself; the newest record has the word. */
const about = (document: Document, { label, record }: Dated, options: OpenEiOptions) => {
  const utility = text(record, "utility")
  const sector = text(record, "sector")
  const url = text(record, "uri") ?? text(record, "source")
  if (text(record, "uri") !== undefined && text(record, "source") !== undefined)
    document.warn("source", "is not kept; the tariff has one address as its source, the uri")
  return {
    id: options.id ?? nameOf(`urdb-${label}`),
    code: label,
    name: text(record, "name") ?? label,
    ...(utility === undefined
      ? {}
      : { provider: { id: text(record, "eiaid") ?? nameOf(utility), name: utility } }),
    ...(sector === undefined ? {} : { customerClass: sector }),
    source: { format: "openei-urdb", ...(url === undefined ? {} : { url }) }
  }
}

/**
 * Makes a tariff of a record of the OpenEI Utility Rate Database (version 8), or of several that supersede
 * each other, which become its versions. A database answer with `items` is read as well.
 */
export const importOpenEi = (json: unknown, options: OpenEiOptions): ImportedTariff => {
  const records = recordsOf(json)
  const document = new Document()
  const dated = datesOf(document, records, options)
  document.end()
  const all = dated.map((one, at) => {
    const own = new Document()
    const made = versionOf(own, one, at === 0 ? "" : `-${at + 1}`, options)
    const prefix = dated.length > 1 ? `${one.label}: ` : ""
    for (const { message, path } of own.problems) document.problem(`${prefix}${path}`, message)
    for (const { field, reason } of own.warnings) document.warn(`${prefix}${field}`, reason)
    return made
  })
  if (document.problems.length > 0) throw new NotImported("refused", document.problems)
  const [first, ...later] = all
  const tariff: Tariff = {
    ...about(document, dated[dated.length - 1]!, options),
    currency: options.currency,
    timeZone: options.timeZone,
    commodity: "electricity",
    touSets: Object.assign({}, ...all.map((one) => one.sets)),
    versions: [first!.version, ...later.map((one) => one.version)]
  }
  return { tariff: checked(tariff), series: {}, warnings: document.warnings }
}
