/**
 * How a table keeps the rows of a tenant to it: by a column with the tenant's key, by the row of another
 * table that a row belongs to, or not at all, for a reason.
 */
export type Rule =
  | { readonly by: string }
  | { readonly of: string; readonly where: string }
  | { readonly exempt: string }

const series =
  "COPY, which readings come by, and the columnstore of TimescaleDB both refuse row security; a row has no " +
  "name but the key of its channel, which is only found in channels, by the policy there"

/**
 * The rules of tables that have no `tenant_key`, or another one than that it is the tenant's. A table that
 * has one, and does not stand here, is kept by it; one that has none has to stand here, or the tests fail.
 */
export const rules: { readonly [table: string]: Rule } = {
  tenants: { by: "key" },
  device_reports: { of: "devices", where: "key = device_reports.device_key" },
  device_status_history: { of: "devices", where: "key = device_status_history.device_key" },
  reading_revisions: { of: "channels", where: "key = reading_revisions.channel_key" },
  job_parts: { of: "jobs", where: "key = job_parts.job_key" },
  refresh_tokens: { of: "sessions", where: "key = refresh_tokens.session_key" },
  readings: { exempt: series },
  usage_15m: { exempt: series },
  energy_hourly: { exempt: series },
  readings_horizon: { exempt: "one row, from when on readings are kept, the same for all" },
  usage_stale: {
    exempt: "a log of keys and instants, written by everybody and read by upkeep, which is over all"
  },
  users: { exempt: "a person belongs to no tenant; memberships, which do, have a policy" },
  consents: { exempt: "what a person agreed to, who belongs to no tenant" },
  notification_preferences: { exempt: "how a person wants to be told, who belongs to no tenant" },
  signing_keys: { exempt: "the server's own, sealed" },
  wattkit_migrations: { exempt: "the server's own, which the role that serves may only read" }
}

/** The rule of a table. */
export const ruleOf = (table: string, hasTenantKey: boolean): Rule | undefined =>
  rules[table] ?? (hasTenantKey ? { by: "tenant_key" } : undefined)

/** The name of every policy. */
export const policyName = "wattkit_tenant"

/** The type by which a statement says whose it is. */
export const actingFor = "wattkit_acting_for"

const across = "(SELECT wattkit_across() AS wattkit_across)"
const own = "(SELECT wattkit_tenant() AS wattkit_tenant)"

/**
 * What a policy lets through; undefined where there is none. Both functions are asked once for a statement,
 * because they stand in selections of their own.
 */
export const conditionOf = (rule: Rule): string | undefined => {
  if ("exempt" in rule) return undefined
  if ("by" in rule) return `${across} OR (${rule.by} = ${own})`
  return `${across} OR (EXISTS (SELECT FROM ${rule.of} o WHERE (o.${rule.where})))`
}

/** The functions that policies ask, by their names, and what they consist of. */
export const functions = {
  /** The key of the tenant whose rows the transaction sees. */
  wattkit_tenant: {
    returns: "bigint",
    body: "SELECT nullif(nullif(current_setting('wattkit.tenant', true), ''), 'all')::bigint"
  },
  /** Whether the transaction sees everybody's rows. */
  wattkit_across: {
    returns: "boolean",
    body: "SELECT coalesce(current_setting('wattkit.tenant', true) = 'all', false)"
  }
} as const
