import { mask } from "../Mask.ts"
import { isTest, isTypeScript, lineAt, type Rule } from "../Rule.ts"

/** Calls that take a text for SQL as it is. */
const raw = /\.(?:unsafe|literal|query|executeRaw|executeUnprepared|executeStream)(?:<[^>()]*>)?\(/g

const verbs = "SELECT|INSERT|UPDATE|DELETE|WITH|VALUES|CREATE|ALTER|DROP|GRANT|REVOKE|SET|SHOW|COPY|CALL|DO"

/** A template that no `sql` looks after, with SQL in it and something put in between. */
const pieced = new RegExp(String.raw`(?<![\w>)])\x60\s*(?:${verbs})\b[^\x60]*?\$\{`, "g")

/** SQL that is glued to something else than a text. */
const glued = new RegExp(
  String.raw`["'\x60]\s*(?:${verbs})\b(?= )[^"'\x60\n]*["'\x60]\s*\+\s*(?!["'\x60])`,
  "g"
)

/** Where SQL is made of more than what stands there, and why nobody else's words can be among it. */
export interface OwnTexts {
  readonly path: string
  /** How the texts begin; all of the file or folder when left out. */
  readonly texts?: ReadonlyArray<string>
  readonly reason: string
}

/** Every place that makes SQL of more than what stands there. */
export const ownTexts: ReadonlyArray<OwnTexts> = [
  {
    path: "packages/storage-postgres/src/migrations/",
    reason: "tables, partitions, policies and functions take no parameters; all names are written down there"
  },
  {
    path: "packages/storage-timescale/src/chunks/",
    texts: ["made(extension)", "toHypertable(extension)", "`CREATE OR REPLACE FUNCTION", "`CREATE FUNCTION"],
    reason: "functions take no parameters; the schema of the extension is what the database calls it"
  },
  {
    path: "packages/storage-timescale/src/detect.ts",
    texts: ["`ALTER EXTENSION timescaledb UPDATE, ${"],
    reason: "a sentence for whoever runs the server, which nothing sends to a database"
  },
  {
    path: "packages/storage-postgres/src/embedded/roles.ts",
    texts: ["`CREATE ROLE ${", "`CREATE DATABASE ${", "`REVOKE ALL ON", "`GRANT"],
    reason: "roles take no parameters; their names are constants, their passwords of a safe alphabet of ours"
  },
  {
    path: "packages/storage-postgres/src/embedded/roles.ts",
    texts: ["`SHOW ${"],
    reason: "SHOW takes no parameters; the names are the three in the line above"
  },
  {
    path: "packages/storage-postgres/src/append/",
    texts: ["`COPY readings (${", "` INSERT INTO readings (${", "` WITH newest AS", "` WITH horizon AS"],
    reason: "the columns are those of the quantities there are; what is said of them are parameters"
  },
  {
    path: "packages/storage-postgres/src/correct/",
    texts: [
      "said()",
      "`WITH identity AS",
      "`WITH added AS",
      "`WITH newest AS",
      "`INSERT INTO reading_revisions",
      "`INSERT INTO usage_stale",
      "`UPDATE readings r SET (made_at, ${",
      "`SELECT channel_key::float8 AS key, at FROM device_state"
    ],
    reason: "the columns are those of the quantities there are; what is corrected are parameters"
  },
  {
    path: "packages/storage-postgres/src/PostgresReadingStore.ts",
    texts: ["`${alias}.at, ${Rows.said(alias)}`", 'Rows.saysSomething("r")'],
    reason: "the columns of the quantities there are, under an alias of ours"
  },
  {
    path: "packages/storage-postgres/src/PostgresUsageStore.ts",
    texts: ["pageOf(table)", "totalOf(table)"],
    reason: "of the four tables that are written down there one is chosen by its resolution"
  },
  {
    path: "packages/storage-postgres/src/usage/cellStatements.ts",
    texts: ["` SELECT c.place::int4 AS place", "` SELECT u.${"],
    reason: "of the four tables that are written down there one is chosen by its resolution"
  },
  {
    path: "packages/storage-postgres/src/work/",
    texts: ["jobColumns"],
    reason: "the columns of jobs are written down once, in JobRow.ts"
  },
  {
    path: "packages/storage-postgres/src/usage/",
    texts: [
      "readingsQuery(first.channel.kind, first.isCut)",
      "statement",
      "`SELECT t.place::int4 AS place",
      "` WITH fresh AS",
      "`WITH fresh AS",
      "`WITH ranges AS"
    ],
    reason: "statements that are made once, of columns and conditions that are written down beside them"
  },
  {
    path: "packages/storage-postgres/src/identity/",
    texts: ["SessionRow.columns", "SessionRow.tables"],
    reason: "the columns of sessions are written down once, in SessionRow.ts"
  },
  {
    path: "packages/storage-postgres/src/PostgresQuarantineStore.ts",
    texts: ["Rows.quarantineColumns"],
    reason: "the columns of the quarantine are written down once, with its rows"
  },
  {
    path: "packages/storage-postgres/src/bus/NewsConnection.ts",
    texts: ["text"],
    reason: "hands on the statements of the bus, which are literals where they stand"
  },
  {
    path: "packages/storage-postgres/src/hot/HotConnection.ts",
    texts: ["exchange"],
    reason: "hands on statements by name; those of append/ are made as it says above"
  },
  {
    path: "packages/storage-postgres/src/tenancy/TenantConnection.ts",
    texts: ["sql"],
    reason: "hands on every statement together with the one that says whose rows it may see"
  }
]

const literal = String.raw`(?:"[^"\n]*"|'[^'\n]*'|\x60[^\x60$]*\x60)`
const literals = new RegExp(String.raw`^${literal}(?:\s*\+\s*${literal})*$`)

/** Whether a text stands there as it is, or under a name of the same file. */
const isLiteral = (argument: string, text: string): boolean => {
  if (literals.test(argument)) return true
  if (!/^\w+$/.test(argument)) return false
  const named = new RegExp(
    String.raw`^const ${argument}(?:: string)? =\s+(${literal}(?:\s*\+\s*${literal})*)\s*$`,
    "m"
  )
  return named.test(text)
}

/** The first argument of the call that opens before an offset. */
const argumentAt = (text: string, code: string, from: number): string => {
  let depth = 0
  for (let at = from; at < code.length; at++) {
    const char = code[at] ?? ""
    if ("([{".includes(char)) depth++
    if (depth === 0 && (char === "," || char === ")")) return text.slice(from, at).trim()
    if (")]}".includes(char)) depth--
  }
  return text.slice(from).trim()
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").slice(0, 60)

const found = (text: string) => {
  const { code, uncommented } = mask(text)
  const called = [...code.matchAll(raw)].map(({ 0: whole, index }) => {
    const at = index + whole.length
    return { at, argument: argumentAt(uncommented, code, at) }
  })
  const made = [pieced, glued].flatMap((pattern) =>
    [...uncommented.matchAll(pattern)].map(({ 0: whole, index }) => ({ at: index, argument: whole }))
  )
  return [
    // Lists are no texts: they are asked of something else than a database.
    ...called.filter(({ argument }) => !argument.startsWith("[") && !isLiteral(argument, uncommented)),
    ...made
  ].map(({ argument, at }) => ({ at, argument: oneLine(argument) }))
}

const allows = ({ path, texts }: OwnTexts, of: string, argument: string): boolean =>
  of.startsWith(path) && (texts === undefined || texts.some((known) => argument.startsWith(known)))

/** The rule with other exceptions than the house has. */
export const sqlTextsBut = (allowed: ReadonlyArray<OwnTexts>): Rule => ({
  name: "sql-text",
  check: (files) =>
    files
      .filter(({ path }) => /^packages\/[^/]+\/src\//.test(path) && isTypeScript(path) && !isTest(path))
      .flatMap(({ path, text }) =>
        found(text)
          .filter(({ argument }) => !allowed.some((one) => allows(one, path, argument)))
          .map(({ argument, at }) => ({
            path,
            line: lineAt(text, at),
            message: `${argument} is SQL as it stands; make it a parameter, or say in ownTexts why it is ours`
          }))
      )
})

/** SQL takes values as parameters; its text is ours, and stands where it is used. */
export const sqlTexts: Rule = sqlTextsBut(ownTexts)
