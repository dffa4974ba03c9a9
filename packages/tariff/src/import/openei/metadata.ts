import { type Document, type Fields, isEmpty, shown } from "../Document.ts"

/** Fields that are read into charges, versions, or what the tariff says of itself. */
const mapped = [
  "label",
  "name",
  "utility",
  "eiaid",
  "uri",
  "source",
  "sector",
  "startdate",
  "enddate",
  "supersedes",
  "energyratestructure",
  "energyweekdayschedule",
  "energyweekendschedule",
  "fueladjustmentsmonthly",
  "fixedchargefirstmeter",
  "fixedchargeeaaddl",
  "fixedchargeunits",
  "fixedmonthlycharge",
  "mincharge",
  "minchargeunits",
  "minmonthlycharge",
  "annualmincharge",
  "flatdemandstructure",
  "flatdemandmonths",
  "flatdemandunit",
  "demandratestructure",
  "demandweekdayschedule",
  "demandweekendschedule",
  "demandrateunit",
  "demandwindow",
  "demandreactivepowercharge",
  "demandratchetpercentage",
  "lookbackMonths",
  "lookbackRange",
  "lookbackPercent",
  "dgrules",
  "usenetmetering"
]

const who = "says whom the tariff is for; bills do not check it"
const prose = "is text for people and may name charges; it is not priced"
const coincident =
  "is a charge at hours the record does not name; it is not in the tariff, so bills are too low"

/** Fields that are left out, each with its reason. */
const reasons: Readonly<Record<string, string>> = {
  voltagecategory: who,
  voltageminimum: who,
  voltagemaximum: who,
  phasewiring: who,
  peakkwcapacitymin: who,
  peakkwcapacitymax: who,
  peakkwcapacityhistory: who,
  peakkwhusagemin: who,
  peakkwhusagemax: who,
  peakkwhusagehistory: who,
  country: "is not kept; time zone and currency are given to the import",
  description: prose,
  basicinformationcomments: prose,
  energycomments: prose,
  demandcomments: prose,
  energyattrs: prose,
  demandattrs: prose,
  fixedattrs: prose,
  coincidentratestructure: coincident,
  coincidentrateschedule: coincident,
  coincidentrateunit: coincident,
  sourceparent: "is not kept; the tariff has one address as its source",
  approved: "says that the record was looked at, not what it costs",
  is_default: "says how the utility offers the tariff, not what it costs",
  revisions: "is the history of the record, not of the tariff"
}

/** Warns of every field that is not in the tariff. */
export const warnOfOthers = (document: Document, record: Fields): void => {
  for (const [field, value] of Object.entries(record)) {
    if (isEmpty(value) || mapped.includes(field)) continue
    if (field === "servicetype") {
      if (value !== "Bundled")
        document.warn(field, `is ${shown(value)}: the tariff is only a part of what is paid for electricity`)
      else document.warn(field, "is Bundled: energy and delivery together; nothing else is added")
      continue
    }
    document.warn(field, reasons[field] ?? "is not a field this import knows; it is not in the tariff")
  }
}
