import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What is known of a cell beside whose and when it is; energies are whole milliwatt-hours. */
const cell = (covered: "integer" | "bigint") => `
  imported bigint,
  exported bigint,
  estimated bigint NOT NULL,
  power_min_w double precision,
  power_max_w double precision,
  covered_ms ${covered} NOT NULL,
  readings integer NOT NULL,
  quality smallint NOT NULL,
  events smallint NOT NULL`

/**
 * Usage by quarter hour and hour of UTC, a partition for each month, and by day of the location.
 *
 * `usage_stale` is a log: a transaction that changes readings adds one row, which says for each channel it
 * touched from which to which instant; a refresh takes rows away. `days_only` says that the days alone
 * changed, because the location has other midnights. A log has no row that two transactions want to change.
 *
 * Quality is 0 measured, 1 estimated, 2 edited. Events are bits: 1 rollover, 2 reset, 4 exchange, 8 glitch,
 * 16 held.
 */
export const usageTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE usage_stale (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    marked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    channel_keys bigint[] NOT NULL,
    froms timestamptz[] NOT NULL,
    tos timestamptz[] NOT NULL,
    days_only boolean NOT NULL DEFAULT false
  )`
  // The arrays are read once and soon, so compressing those that are long would only cost.
  for (const column of ["channel_keys", "froms", "tos"]) {
    yield* sql`ALTER TABLE usage_stale ALTER COLUMN ${sql(column)} SET STORAGE EXTERNAL`
  }
  for (const table of ["usage_15m", "energy_hourly"]) {
    yield* sql`CREATE TABLE ${sql(table)} (
      channel_key bigint NOT NULL,
      start timestamptz NOT NULL, ${sql.literal(cell("integer"))},
      PRIMARY KEY (channel_key, start)
    ) PARTITION BY RANGE (start)`
  }
  yield* sql`CREATE TABLE energy_daily (
    channel_key bigint NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL, ${sql.literal(cell("bigint"))},
    day date NOT NULL,
    PRIMARY KEY (channel_key, day)
  )`
  yield* sql`CREATE VIEW green_energy_daily AS
    SELECT tenant_key, location_id, day, start_at, end_at,
      generated, imported_from_grid, exported_to_grid,
      greatest(generated - coalesce(exported_to_grid, 0), 0) AS self_consumed
    FROM (
      SELECT d.tenant_key, d.location_id, e.day, e.start_at, e.end_at,
        sum(e.exported) FILTER (WHERE d.role = 'generation') AS generated,
        sum(e.imported) FILTER (WHERE d.role = 'grid') AS imported_from_grid,
        sum(e.exported) FILTER (WHERE d.role = 'grid') AS exported_to_grid
      FROM devices d JOIN channels c ON c.device_key = d.key JOIN energy_daily e ON e.channel_key = c.key
      WHERE d.role IN ('generation', 'grid')
      GROUP BY d.tenant_key, d.location_id, e.day, e.start_at, e.end_at
    ) sums`
})
