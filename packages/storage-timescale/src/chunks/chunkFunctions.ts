import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { hypertables } from "./hypertables.ts"

/** One process at a time compresses; the number after that of a migration. */
const lock = 0x74736463

const columnOf = hypertables.map(({ column, table }) => `WHEN '${table}' THEN '${column}'`).join(" ")

/**
 * Makes a table a chunk. Where an insert made a chunk before, that one stays, and the table, which has to be
 * empty then, goes.
 */
const attach = (extension: string) => `CREATE OR REPLACE FUNCTION wattkit_attach(
  parent text, partition text, starts timestamptz, ends timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    holds boolean;
  BEGIN
    IF EXISTS (
      SELECT FROM timescaledb_information.chunks c
      WHERE c.hypertable_schema = current_schema() AND c.hypertable_name = parent
        AND c.range_start < ends AND c.range_end > starts
    ) THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %I)', partition) INTO holds;
      IF holds THEN
        RAISE EXCEPTION '% has chunks between % and % already', parent, starts, ends;
      END IF;
      EXECUTE format('DROP TABLE %I', partition);
      RETURN;
    END IF;
    CALL ${extension}.attach_chunk(parent::regclass, partition::regclass,
      jsonb_build_object(CASE parent ${columnOf} END, jsonb_build_array(starts, ends)));
  END
$$`

/** Drops the chunks that end at or before an instant, and answers how many they were beside the anchors. */
const drop = (extension: string) => `CREATE OR REPLACE FUNCTION wattkit_drop(parent text, until timestamptz)
RETURNS integer LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE chunk NOT LIKE '%readings_anchors')::integer
  FROM ${extension}.drop_chunks(parent::regclass, older_than => until) AS chunk
$$`

/**
 * Compresses the first chunk that begins after one instant, ends at or before another and has something that
 * is not compressed, and answers where it begins; null when there is none, or while another process is at it.
 * A chunk that is in use is left for the next time: `compressed` says whether it was done.
 *
 * The bits of a chunk's status: 1 compressed, 2 and 8 rows came since, 4 frozen by an operator. The anchors
 * are left: they are a few rows, and are replaced each day.
 */
const compress = (extension: string) => `CREATE OR REPLACE FUNCTION wattkit_compress(
  parent text, after timestamptz, until timestamptz, OUT start timestamptz, OUT compressed boolean
) LANGUAGE plpgsql AS $$
  DECLARE
    chunk regclass;
  BEGIN
    IF NOT pg_try_advisory_xact_lock(${lock}) THEN
      RETURN;
    END IF;
    SELECT format('%I.%I', c.chunk_schema, c.chunk_name)::regclass, c.range_start INTO chunk, start
    FROM timescaledb_information.chunks c
    WHERE c.hypertable_schema = current_schema() AND c.hypertable_name = parent
      AND c.range_start > after AND c.range_end <= until AND c.chunk_name <> 'readings_anchors'
      AND _timescaledb_functions.chunk_status(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass) & 15
        NOT IN (1, 4, 5)
    ORDER BY c.range_start LIMIT 1;
    IF chunk IS NOT NULL THEN
      PERFORM ${extension}.compress_chunk(chunk);
      compressed := true;
    END IF;
  EXCEPTION WHEN serialization_failure OR deadlock_detected OR lock_not_available THEN
    compressed := false;
  END
$$`

/**
 * What a partition is, said in chunks. The functions of the plain storage that make and give up partitions
 * call these, so they stay as they are; one more is for the application, which owns no table.
 */
export const chunkFunctions = Effect.fnUntraced(function* (extension: string) {
  const sql = yield* SqlClient.SqlClient
  const schemas = yield* sql<{ name: string }>`SELECT current_schema() AS name`
  const schema = sql(schemas[0]?.name ?? "public")
  for (const made of [attach, drop, compress]) yield* sql.unsafe(made(extension))
  const name = sql.literal("wattkit_compress(text, timestamptz, timestamptz)")
  yield* sql`ALTER FUNCTION ${name} SECURITY DEFINER SET search_path = ${schema}, pg_temp`
  yield* sql`REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC`
})
