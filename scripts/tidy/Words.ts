/** A word that has another meaning here or none, and what to say instead. */
export interface AvoidedWord {
  readonly word: string
  readonly instead: string
  /** Beginnings of paths in which alone the word is avoided; everywhere when absent. */
  readonly within?: ReadonlyArray<string>
}

/** Names in which an avoided word is right, each with the reason. */
export interface Exception {
  readonly word: string
  readonly name: RegExp
  readonly within?: string
  readonly reason: string
}

/** Names that say nothing, wherever they stand. */
export const emptyWords: ReadonlyArray<string> = ["util", "utils", "common", "helper", "helpers", "manager"]

const table: ReadonlyArray<readonly [string, string]> = [
  ["Tenant", "org workspace customer"],
  ["User", "account"],
  ["Location", "site home building"],
  ["Device", "sensor asset node"],
  ["Channel", "series feed point"],
  ["Reading", "sample measurement telemetry"],
  ["Interval", "range window"],
  ["Resolution", "granularity bucket"],
  ["Import / Export", "delivered received"],
  ["Price or Tariff", "rate plan"],
  ["Bill", "invoice"],
  ["Connector / Connection", "integration plugin"],
  ["Format", "decoder parser"],
  ["Port / Adapter", "driver provider"]
]

/** Used when the repository has no glossary. */
export const defaults: ReadonlyArray<AvoidedWord> = [
  ...table.flatMap(([instead, words]) => words.split(" ").map((word) => ({ word, instead }))),
  { word: "contract", instead: "Assignment", within: ["packages/tariff/", "packages/core/"] },
  { word: "subscription", instead: "Assignment", within: ["packages/tariff/", "packages/core/"] }
]

export const exceptions: ReadonlyArray<Exception> = [
  {
    word: "node",
    name: /^(node(js|_modules)?$|Node(Js|Http|Runtime|Services|Context|Socket|File|Path))/i,
    reason: "Node.js"
  },
  {
    word: "home",
    name: /home_?-?assistant|homeDir/i,
    reason: "the product Home Assistant; a user's directory"
  },
  { word: "account", name: /service_?-?account/i, reason: "Google's word for a machine's identity" },
  { word: "rate", name: /rate_?-?limit/i, reason: "how often, not how much" },
  { word: "asset", name: /./, within: "packages/server/", reason: "the files of a web page" },
  { word: "received", name: /receivedAt/, reason: "the moment something arrived" },
  { word: "bucket", name: /token_?-?bucket/i, reason: "the algorithm has this name" },
  {
    word: "series",
    name: /series/i,
    within: "packages/tariff/",
    reason: "a price series: prices that change with time"
  },
  {
    word: "window",
    name: /cheapestWindow/,
    within: "packages/tariff/",
    reason: "what people call the cheapest hours"
  },
  { word: "provider", name: /ConfigProvider/, reason: "effect's word" },
  {
    word: "integration",
    name: /integrat(e|ion)(Power|Of)|powerIntegration/i,
    reason: "the integral of power over time"
  },
  {
    word: "range",
    name: /(Content|Accept|Byte)Range|OutOfRange|RangeError/i,
    reason: "HTTP's and JavaScript's word"
  },
  { word: "manager", name: /facility_?-?manager/i, reason: "a role of the domain" },
  { word: "plan", name: /queryPlan|^plan[A-Z]/, reason: "PostgreSQL's word; the verb" },
  {
    word: "failure",
    name: /./,
    within: "packages/api/",
    reason: "a request that failed; only a reading is rejected"
  },
  { word: "failure", name: /./, within: "packages/transport-", reason: "a connection that failed" },
  { word: "plan", name: /./, within: "packages/storage-", reason: "PostgreSQL's plan of a query" },
  { word: "sign", name: /./, reason: "signatures and the arithmetic sign" },
  { word: "sample", name: /^sample[A-Z]/, within: "packages/testkit/", reason: "fast-check's verb" }
]

/** Reads the column of words to avoid out of the glossary's tables. */
export const fromGlossary = (markdown: string): ReadonlyArray<AvoidedWord> => {
  const found: Array<AvoidedWord> = []
  let column = -1
  for (const line of markdown.split("\n")) {
    const cells = line.split("|").slice(1, -1)
    if (cells.length === 0) column = -1
    else if (column === -1) column = cells.findIndex((cell) => /^\s*avoid\s*$/i.test(cell))
    else if (!/^[\s|:-]+$/.test(line)) {
      const instead = cells[0]!.replace(/[*`]/g, "").trim()
      found.push(...words(cells[column] ?? "").map((word) => ({ word, instead })))
    }
  }
  return found
}

const words = (cell: string): ReadonlyArray<string> =>
  cell
    .replace(/\([^)]*\)|\bas an? \w+/g, "")
    .split(/[,;]/)
    .map((word) =>
      word
        .replace(/[*`"“”]/g, "")
        .trim()
        .toLowerCase()
    )
    .filter((word) => /^[a-z]+$/.test(word))

/** `readingStoreSuite` → reading, store, suite. */
export const split = (name: string): ReadonlyArray<string> =>
  name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase())
