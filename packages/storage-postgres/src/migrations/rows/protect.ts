import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { relationsOf } from "../../tenancy/assertRowSecurity.ts"
import { conditionOf, policyName, type Rule, ruleOf } from "../../tenancy/rowSecurity.ts"
import { dataClasses } from "../dataClasses.ts"

/** A table of ours and the rule it is kept by. */
interface Kept {
  readonly name: string
  readonly rule: Rule
}

/** Every table of ours that is there and has no policy yet. */
const unprotected = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const relations = yield* relationsOf(sql)
  return relations.flatMap(({ has_tenant_key, kind, name, policies }): ReadonlyArray<Kept> => {
    const rule = ruleOf(name, has_tenant_key)
    const isTable = (kind === "r" || kind === "p") && name in dataClasses
    return isTable && policies.length === 0 && rule !== undefined ? [{ name, rule }] : []
  })
})

/**
 * Keeps the rows of a table to their tenants, also from its owner. What may not be seen may not be written
 * either.
 */
const protect = Effect.fnUntraced(function* ({ name, rule }: Kept) {
  const condition = conditionOf(rule)
  if (condition === undefined) return
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE ${sql(name)} ENABLE ROW LEVEL SECURITY`
  yield* sql`ALTER TABLE ${sql(name)} FORCE ROW LEVEL SECURITY`
  yield* sql`CREATE POLICY ${sql(policyName)} ON ${sql(name)} USING (${sql.literal(condition)})`
})

/** Protects every table of ours that is not yet. A migration that adds tables ends with it. */
export const protectTables = Effect.gen(function* () {
  for (const table of yield* unprotected) yield* protect(table)
})
