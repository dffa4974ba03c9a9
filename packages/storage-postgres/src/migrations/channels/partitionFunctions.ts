import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Makes a table a partition. This and `wattkit_drop` are all that knows what a partition is; a database with
 * another kind of them has two other functions of these names.
 */
const attach = `CREATE FUNCTION wattkit_attach(
  parent text, partition text, starts timestamptz, ends timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, partition,
      starts, ends);
  END
$$`

/**
 * Drops the partitions of days or months that end at or before an instant, and answers how many they were.
 * Of `readings` that is what is older than the anchors, too.
 */
const drop = `CREATE FUNCTION wattkit_drop(parent text, until timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
  DECLARE
    partition text;
    dropped integer := 0;
  BEGIN
    FOR partition IN
      SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid
      WHERE i.inhparent = parent::regclass AND p.relname ~ ('^' || parent || '_[0-9]+$')
        AND p.relname < parent || '_' || to_char(until AT TIME ZONE 'UTC',
          CASE parent WHEN 'readings' THEN 'YYYYMMDD' ELSE 'YYYYMM' END)
    LOOP
      EXECUTE format('DROP TABLE %I', partition);
      dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
  END
$$`

/**
 * Makes the partitions of UTC days that are missing; days that were given up are left out.
 *
 * A table is made first and attached then, because that lets others go on reading and writing meanwhile.
 */
const makeDays = `CREATE FUNCTION wattkit_make_days(days date[]) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    day date;
    partition text;
    horizon timestamptz;
  BEGIN
    LOCK TABLE ONLY readings IN SHARE UPDATE EXCLUSIVE MODE;
    SELECT readings_from INTO horizon FROM readings_horizon;
    FOREACH day IN ARRAY days LOOP
      partition := 'readings_' || to_char(day, 'YYYYMMDD');
      CONTINUE WHEN day::timestamp AT TIME ZONE 'UTC' < horizon OR to_regclass(partition) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE readings INCLUDING ALL)', partition);
      PERFORM wattkit_attach('readings', partition, day::timestamp AT TIME ZONE 'UTC',
        (day + 1)::timestamp AT TIME ZONE 'UTC');
    END LOOP;
  END
$$`

/**
 * Makes the partitions of usage by quarter hour and by hour for the UTC months of the days, where missing.
 */
const makeMonths = `CREATE FUNCTION wattkit_make_months(days date[]) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    parent text;
    month timestamp;
    partition text;
  BEGIN
    FOREACH parent IN ARRAY ARRAY['usage_15m', 'energy_hourly'] LOOP
      EXECUTE format('LOCK TABLE ONLY %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
      FOR month IN SELECT DISTINCT date_trunc('month', d::timestamp) FROM unnest(days) d LOOP
        partition := parent || '_' || to_char(month, 'YYYYMM');
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', partition, parent);
        PERFORM wattkit_attach(parent, partition, month AT TIME ZONE 'UTC',
          (month + interval '1 month') AT TIME ZONE 'UTC');
      END LOOP;
    END LOOP;
  END
$$`

/** When the last readings of one kind were, for a channel that ever said it. */
const anchors = (says: number, condition: string) =>
  `(SELECT o.at FROM readings o WHERE c.says & ${says} > 0 AND o.channel_key = c.key AND o.at < horizon
        AND ${condition} ORDER BY o.at DESC LIMIT 64)`

/**
 * Gives up the readings and revisions before an instant, the start of a UTC day, and answers how many
 * partitions were dropped; null when usage is not yet computed of something that would be given up.
 *
 * The last 64 readings of each channel and kind before the horizon stay as anchors. The lock keeps out
 * everything that stores readings from before the horizon moves until after, so nothing is stored under it;
 * readers are kept out only while partitions are exchanged.
 */
const giveUpReadings = `CREATE FUNCTION wattkit_give_up_readings(horizon timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
  DECLARE
    dropped integer;
  BEGIN
    IF horizon <> date_trunc('day', horizon, 'UTC') THEN
      RAISE EXCEPTION 'a horizon is the start of a UTC day' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    LOCK TABLE ONLY readings IN SHARE ROW EXCLUSIVE MODE;
    IF horizon <= (SELECT readings_from FROM readings_horizon) THEN
      RETURN 0;
    END IF;
    IF EXISTS (SELECT FROM usage_stale s, unnest(s.froms) f WHERE NOT s.days_only AND f < horizon) THEN
      RETURN NULL;
    END IF;
    CREATE TABLE readings_kept (LIKE readings INCLUDING ALL);
    INSERT INTO readings_kept SELECT r.* FROM channels c CROSS JOIN LATERAL (
      ${anchors(1, "import_wh IS NOT NULL")}
      UNION ${anchors(2, "export_wh IS NOT NULL")}
      UNION ${anchors(4, "num_nonnulls(o.import_delta_wh, o.export_delta_wh) > 0")}
      UNION ${anchors(8, "power_w IS NOT NULL")}
    ) kept JOIN readings r ON r.channel_key = c.key AND r.at = kept.at AND r.at < horizon;
    LOCK TABLE ONLY readings IN ACCESS EXCLUSIVE MODE;
    dropped := wattkit_drop('readings', horizon);
    DROP TABLE IF EXISTS readings_anchors;
    ALTER TABLE readings_kept RENAME TO readings_anchors;
    ALTER INDEX readings_kept_pkey RENAME TO readings_anchors_pkey;
    PERFORM wattkit_attach('readings', 'readings_anchors', '-infinity', horizon);
    DELETE FROM reading_revisions WHERE at < horizon;
    UPDATE readings_horizon SET readings_from = horizon;
    RETURN dropped;
  END
$$`

/**
 * Drops the months of `usage_15m` or `energy_hourly` that end at or before an instant, and answers how many
 * partitions they were.
 */
const dropMonths = `CREATE FUNCTION wattkit_drop_months(parent text, horizon timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
  BEGIN
    IF parent NOT IN ('usage_15m', 'energy_hourly') THEN
      RAISE EXCEPTION 'no months of usage are in %', parent USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN wattkit_drop(parent, horizon);
  END
$$`

const functions = [
  [makeDays, "wattkit_make_days(date[])"],
  [makeMonths, "wattkit_make_months(date[])"],
  [giveUpReadings, "wattkit_give_up_readings(timestamptz)"],
  [dropMonths, "wattkit_drop_months(text, timestamptz)"]
] as const

/**
 * What the application may do to partitions, though it owns no table: each function runs as the owner, in
 * the schema it was made in, and only for roles it was granted to. What these call runs as whoever calls it.
 */
export const partitionFunctions = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const schemas = yield* sql<{ name: string }>`SELECT current_schema() AS name`
  const schema = sql(schemas[0]?.name ?? "public")
  yield* sql.unsafe(attach)
  yield* sql.unsafe(drop)
  for (const [made, signature] of functions) {
    const name = sql.literal(signature)
    yield* sql.unsafe(made)
    yield* sql`ALTER FUNCTION ${name} SECURITY DEFINER SET search_path = ${schema}, pg_temp`
    yield* sql`REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC`
  }
})
