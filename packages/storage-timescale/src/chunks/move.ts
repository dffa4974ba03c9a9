import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { hypertables } from "./hypertables.ts"

/**
 * Makes a hypertable of a partitioned table: every partition becomes a chunk as it is, so nothing is copied,
 * however much is stored; each is read once, because a chunk has its bounds as a constraint.
 *
 * A partition that is bounded by nothing below begins at `-infinity`. One that ends there is empty. Whoever
 * was allowed something on the table stays allowed. A chunk that nobody made before it is needed is a day
 * long.
 */
const toHypertable = (extension: string) => `CREATE FUNCTION wattkit_to_hypertable(
  parent text, named text
) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    parted text := parent || '_parted';
    part record;
    allowed record;
  BEGIN
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', parent, parted);
    EXECUTE format('ALTER INDEX %I RENAME TO %I', parent || '_pkey', parted || '_pkey');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent, parted);
    PERFORM ${extension}.create_hypertable(parent::regclass, ${extension}.by_range(named, interval '1 day'),
      create_default_indexes => false);
    FOR part IN
      SELECT p.relname AS name, bounds[1]::timestamptz AS starts, bounds[2]::timestamptz AS ends
      FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid,
        regexp_match(replace(pg_get_expr(p.relpartbound, p.oid), 'MINVALUE', '''-infinity'''),
          'FROM \\(''([^'']+)''\\) TO \\(''([^'']+)''\\)') AS bounds
      WHERE i.inhparent = parted::regclass ORDER BY ends
    LOOP
      EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parted, part.name);
      IF part.ends = '-infinity' THEN
        EXECUTE format('DROP TABLE %I', part.name);
      ELSE
        PERFORM wattkit_attach(parent, part.name, part.starts, part.ends);
      END IF;
    END LOOP;
    FOR allowed IN
      SELECT a.privilege_type AS what,
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS whom
      FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = parted::regclass AND a.grantee <> c.relowner
    LOOP
      EXECUTE format('GRANT %s ON %I TO %s', allowed.what, parent, allowed.whom);
    END LOOP;
    EXECUTE format('DROP TABLE %I', parted);
    EXECUTE format('ALTER TABLE %I SET (timescaledb.enable_columnstore = true,
      timescaledb.segmentby = ''channel_key'', timescaledb.orderby = %L)', parent, named);
  END
$$`

/** Moves every partitioned table into a hypertable, with all that is stored. */
export const move = Effect.fnUntraced(function* (extension: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(toHypertable(extension))
  for (const { column, table } of hypertables) {
    yield* sql`SELECT wattkit_to_hypertable(${table}, ${column})`
  }
  yield* sql`DROP FUNCTION wattkit_to_hypertable(text, text)`
})
