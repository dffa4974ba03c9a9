type Add = (path: string, message: string) => void

type Fields = Readonly<Record<string, unknown>>

const kinds = {
  list: "a list [ … ]",
  object: "an object { … }",
  text: "a text",
  number: "a number",
  boolean: "true or false"
} as const

/**
 * What a field is; with `?` it may be left out, `list of` asks the same of everything in it, and after `=`
 * are the words it can be.
 */
type Kind = keyof typeof kinds
type Rule = Kind | `${Kind}?` | "list of object" | "list of list" | `=${string}`
type Rules = Readonly<Record<string, Rule>>

const isKind = (value: unknown, kind: string): boolean =>
  kind === "list"
    ? Array.isArray(value)
    : kind === "object"
      ? typeof value === "object" && value !== null && !Array.isArray(value)
      : typeof value === (kind === "text" ? "string" : kind)

const tell = (path: string, value: unknown, kind: string, add: Add): void => {
  const found = value === undefined ? "is missing" : `is ${value === null ? "null" : `not one`}`
  add(path, `must be ${kinds[kind as Kind]}, but ${found}`)
}

/** Checks fields of an object; true when all are as they should be. */
const checkAll = (path: string, it: Fields, rules: Rules, add: Add): boolean => {
  let good = true
  const expect = (where: string, value: unknown, kind: string): void => {
    if (isKind(value, kind)) return
    tell(where, value, kind, add)
    good = false
  }
  for (const [field, rule] of Object.entries(rules)) {
    const value = it[field]
    const where = path === "" ? field : `${path}.${field}`
    if (rule.endsWith("?") && value === undefined) continue
    if (rule.startsWith("=")) {
      const words = rule.replace("?", "").slice(1).split("|")
      if (typeof value === "string" && words.includes(value)) continue
      const found = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`
      add(where, `must be ${words.map((word) => `"${word}"`).join(" or ")}, but ${found}`)
      good = false
      continue
    }
    const [outer = "", inner] = rule.replace("?", "").split(" of ")
    expect(where, value, outer)
    if (inner === undefined || !Array.isArray(value)) continue
    value.forEach((one: unknown, at) => expect(`${where}[${at}]`, one, inner))
  }
  return good
}

const of = (it: Fields, field: string): Fields => it[field] as Fields

const listOf = (it: Fields, field: string): ReadonlyArray<Fields> => it[field] as ReadonlyArray<Fields>

/** Everything that is in a record must be of one kind. */
const checkEach = (path: string, it: Fields, kind: Kind, add: Add): boolean =>
  checkAll(path, it, Object.fromEntries(Object.keys(it).map((key) => [key, kind])), add)

const prices: Readonly<Record<string, Rules>> = {
  monthly: { prices: "list" },
  tou: { set: "text", prices: "object" },
  tiered: { tiers: "object", prices: "object" },
  series: {
    series: "text",
    plus: "object?",
    average: "=none|hour|day|month?",
    whenNegative: "=price|zero?"
  },
  step: { above: "list", amounts: "list", thresholdIncluded: "boolean" },
  contracted: { param: "text", bill: "=contracted|used" }
}

const selector: Rules = { groups: "list?", ids: "list?", except: "list?" }

/** Fields of objects inside a charge, a rule or a policy, where those are there. */
const inner: Readonly<Record<string, Rules>> = {
  active: { months: "list?" },
  pick: { periods: "list?" },
  base: selector,
  upTo: selector,
  applyTo: selector
}

const checkInner = (path: string, it: Fields, add: Add): void => {
  for (const [field, rules] of Object.entries(inner))
    if (isKind(it[field], "object")) checkAll(`${path}.${field}`, of(it, field), rules, add)
}

const unit = "=kWh|kWh/day|kWh/kW|kWh/kW/day?"

const tiers: Rules = {
  steps: "list of object",
  unit,
  resets: "=day|billingPeriod|month|year",
  counts: "=allPeriods|eachPeriod",
  allocate: "=chronological|proportional",
  mode: "=graduated|volume"
}

const checkPrice = (path: string, price: Fields, isDemand: boolean, add: Add): void => {
  const rules = isDemand && price["kind"] === "tiered" ? { upTo: "list", prices: "list" } : undefined
  const expected = (rules ?? prices[String(price["kind"])] ?? {}) as Rules
  if (!checkAll(path, price, expected, add)) return
  if (price["kind"] === "series" && price["plus"] !== undefined) {
    const plus = of(price, "plus")
    if (plus["kind"] === "flat" || plus["kind"] === "tou") checkPrice(`${path}.plus`, plus, false, add)
    else add(`${path}.plus.kind`, 'must be "flat" or "tou"; nothing else can be added to a series')
  }
  if (price["kind"] !== "tiered" || isDemand) return
  checkAll(`${path}.tiers`, of(price, "tiers"), tiers, add)
  checkEach(`${path}.prices`, of(price, "prices"), "list", add)
}

const per = "=day|month|billingPeriod|year"
const limit: Rules = { base: "object", per, credits: "=before|after", negative: "=raise|keep?" }

const charges: Readonly<Record<string, Rules>> = {
  energy: { direction: "=import|export|net", price: "object" },
  demand: {
    direction: "=import|export",
    unit: "=kW|kVA|kvar",
    minutes: "number?",
    pick: "object",
    statistic: "object",
    price: "object",
    per,
    ratchet: "object?"
  },
  fixed: { per, prorate: "=days|none" },
  percent: { base: "object", order: "number" },
  minimum: limit,
  maximum: limit,
  credit: { upTo: "object?", per: `=once|${per.slice(1)}`, sign: "=credit|charge?", prorate: "=days|none?" }
}

const checkCharge = (path: string, charge: Fields, add: Add): void => {
  const kind = String(charge["kind"])
  const rules: Rules = {
    id: "text",
    label: "text",
    active: "object?",
    ...charges[kind]
  }
  checkInner(path, charge, add)
  if (checkAll(path, charge, rules, add) && (kind === "energy" || kind === "demand"))
    checkPrice(`${path}.price`, of(charge, "price"), kind === "demand", add)
}

const policies: Rules = {
  cycle: "object",
  tierProration: "=byDays|none",
  demandProration: "=perVersion|wholePeriod?",
  taxIncluded: "boolean",
  rounding: "object?"
}

const exports: Readonly<Record<string, Rules>> = {
  netBilling: { netting: "=registers|interval", ledger: "object?" },
  netMetering: { window: "=billingPeriod|year", surplus: "=kWh|money", ledger: "object" }
}

const ledger: Rules = {
  applyTo: "object",
  sameMonth: "boolean",
  match: "=samePeriod|sameClockHour|any",
  trueUp: "object"
}

const trueUp: Rules = { month: "number", left: "=pay|credit|expire|carry", basis: "=bank|total?" }

const round: Rules = {
  places: "number",
  mode: "=half-up|half-even|half-away|up|down|ceiling|floor"
}

const checkPolicy = (path: string, policy: Fields, add: Add): void => {
  const rules = exports[String(policy["kind"])] ?? {}
  if (!checkAll(path, policy, rules, add) || policy["ledger"] === undefined) return
  const kept = of(policy, "ledger")
  checkInner(`${path}.ledger`, kept, add)
  if (checkAll(`${path}.ledger`, kept, ledger, add))
    checkAll(`${path}.ledger.trueUp`, of(kept, "trueUp"), trueUp, add)
}

const checkVersion = (path: string, version: Fields, add: Add): void => {
  const rules: Rules = {
    id: "text",
    charges: "list of object",
    export: "object",
    billing: "object"
  }
  if (!checkAll(path, version, rules, add)) return
  listOf(version, "charges").forEach((charge, at) => checkCharge(`${path}.charges[${at}]`, charge, add))
  checkPolicy(`${path}.export`, of(version, "export"), add)
  const billing = of(version, "billing")
  if (!checkAll(`${path}.billing`, billing, policies, add)) return
  if (billing["rounding"] !== undefined) {
    const rounding = of(billing, "rounding")
    checkEach(`${path}.billing.rounding`, rounding, "object", add)
    for (const step of Object.keys(rounding).filter((one) => isKind(rounding[one], "object")))
      checkAll(`${path}.billing.rounding.${step}`, of(rounding, step), round, add)
  }
  const cycle = of(billing, "cycle")
  checkAll(`${path}.billing.cycle`, cycle, { kind: "=calendarMonth|dayOfMonth|dates" }, add)
  if (cycle["kind"] === "dayOfMonth") checkAll(`${path}.billing.cycle`, cycle, { day: "number" }, add)
  if (cycle["kind"] === "dates") checkAll(`${path}.billing.cycle`, cycle, { starts: "list" }, add)
}

const checkSets = (sets: Fields, add: Add): void => {
  if (!checkEach("touSets", sets, "object", add)) return
  for (const [id, set] of Object.entries(sets as Readonly<Record<string, Fields>>)) {
    const matrix = { weekday: "list of list", weekend: "list of list" } as const
    const more = "kind" in set ? matrix : ({ rules: "list of object" } as const)
    if (!checkAll(`touSets.${id}`, set, { periods: "list of object", ...more }, add) || "kind" in set)
      continue
    const rules = { months: "list?", days: "list?", dates: "object?" } as const
    listOf(set, "rules").forEach((rule, at) => checkAll(`touSets.${id}.rules[${at}]`, rule, rules, add))
  }
}

/**
 * Whether the fields are there that everything else looks into. A decoded tariff has them; one that a program
 * put together, or read from a file as it is, may not.
 */
export const checkShape = (tariff: unknown, add: Add): void => {
  if (!isKind(tariff, "object")) return add("", "a tariff must be an object { … }")
  const it = tariff as Fields
  if (!Array.isArray(it["versions"]) || it["versions"].length === 0)
    return add("versions", "a tariff needs at least one version")
  const rules = { touSets: "object", versions: "list of object", calendars: "object?" } as const
  if (!checkAll("", it, rules, add)) return
  checkSets(of(it, "touSets"), add)
  listOf(it, "versions").forEach((version, at) => checkVersion(`versions[${at}]`, version, add))
  const calendars = of(it, "calendars") as Readonly<Record<string, Fields>> | undefined
  if (calendars === undefined || !checkEach("calendars", calendars, "object", add)) return
  for (const [id, calendar] of Object.entries(calendars))
    checkAll(`calendars.${id}`, calendar, { dates: "list of object" }, add)
}
