import { StorageError } from "@wattkit/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { dataClasses } from "../migrations/dataClasses.ts"
import { conditionOf, functions, policyName, ruleOf } from "./rowSecurity.ts"

interface Policy {
  readonly name: string
  readonly command: string
  readonly permissive: boolean
  readonly roles: string
  readonly using: string | null
  readonly check: string | null
}

/** A table or view, as the catalogue has it. */
export interface Relation {
  readonly name: string
  readonly kind: "r" | "p" | "v" | "m"
  readonly has_tenant_key: boolean
  readonly enabled: boolean
  readonly forced: boolean
  readonly is_invoker: boolean
  readonly policies: ReadonlyArray<Policy>
}

/** Every table and view of the schema; partitions are reached through their tables only. */
export const relationsOf = (sql: SqlClient.SqlClient) => sql<Relation>`
  SELECT c.relname AS name, c.relkind AS kind, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_key'
      AND NOT a.attisdropped) AS has_tenant_key,
    coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false) AS is_invoker,
    coalesce((SELECT json_agg(json_build_object('name', polname, 'command', polcmd,
        'permissive', polpermissive, 'roles', polroles::text, 'using', pg_get_expr(polqual, polrelid),
        'check', pg_get_expr(polwithcheck, polrelid)))
      FROM pg_policy WHERE polrelid = c.oid), '[]') AS policies
  FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND NOT c.relispartition`

/** The server says an expression with brackets and line breaks of its own. */
const bare = (expression: string | null): string => (expression ?? "").replaceAll(/[\s()]/g, "").toLowerCase()

/** What is wrong with how a table or view keeps rows to their tenants; undefined when nothing is. */
export const faultOf = (relation: Relation): string | undefined => {
  const { enabled, forced, kind, name, policies } = relation
  if (kind === "m") return `${name} holds rows of all tenants in a view`
  if (kind === "v") {
    return relation.is_invoker ? undefined : `${name} is not security_invoker`
  }
  const rule = ruleOf(name, relation.has_tenant_key)
  if (rule === undefined) return `${name} has neither a policy nor an exemption`
  const condition = conditionOf(rule)
  if (condition === undefined) return undefined
  if (!enabled || !forced) return `row security of ${name} is not ${enabled ? "forced" : "enabled"}`
  const [policy, ...others] = policies
  if (policy === undefined) return `${name} has no policy`
  const isIt =
    others.length === 0 &&
    policy.name === policyName &&
    policy.command === "*" &&
    policy.permissive &&
    policy.roles === "{0}" &&
    policy.check === null &&
    bare(policy.using) === bare(condition)
  return isIt ? undefined : `the policy of ${name} is not the one it was made with`
}

/** What is wrong with the functions that policies ask. */
const faultsOfFunctions = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const rows = yield* sql<{ name: string; body: string; definer: boolean }>`
    SELECT proname AS name, btrim(prosrc) AS body, prosecdef AS definer FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname = ANY (${Object.keys(functions)}::text[])`
  return Object.entries(functions).flatMap(([name, { body }]) => {
    const found = rows.filter((row) => row.name === name)
    const isIt = found.length === 1 && found[0]?.body === body && !found[0].definer
    return isIt ? [] : [`the function ${name} is not the one it was made with`]
  })
})

/** What is wrong with the role of the session. */
const faultsOfRole = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const rows = yield* sql<{ role: string; passes: boolean; security: string; sees: boolean }>`
    SELECT rolname AS role, rolsuper OR rolbypassrls AS passes, current_setting('row_security') AS security,
      EXISTS (SELECT FROM tenants) AS sees
    FROM pg_roles WHERE rolname = current_user`
  const [row] = rows
  if (row === undefined || row.passes) return [`the role ${row?.role} is a superuser or has BYPASSRLS`]
  if (row.security !== "on") return [`row_security is ${row.security}`]
  return row.sees ? ["a statement of nobody sees tenants"] : []
})

/**
 * Refuses sessions that could see the rows of another tenant: those of a role that row security does not hold
 * for, or of a database where it is not as the migrations left it.
 */
export const assertRowSecurity = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const relations = yield* relationsOf(sql)
  const faults = [
    ...(yield* faultsOfRole(sql)),
    ...(yield* faultsOfFunctions(sql)),
    ...relations.filter(({ name }) => name in dataClasses).flatMap((relation) => faultOf(relation) ?? [])
  ]
  if (faults.length === 0) return
  yield* new StorageError({
    reason: "misconfigured",
    message: `tenants would not be kept apart in this database: ${faults.join("; ")}`
  })
})
