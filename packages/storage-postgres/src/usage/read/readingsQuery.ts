import { quantities } from "@wattkit/core"
import * as Rows from "../../rows.ts"
import { type Column, columnOf, type Kind } from "./Kind.ts"
import { PIECE_DAYS } from "./Task.ts"

/** A reading that was struck out has an instant of its making and says nothing. */
const counts = `(r.made_at IS NULL OR num_nonnulls(${quantities
  .map((name) => `r.${Rows.columnOf[name]}`)
  .join(", ")}, r.extra) > 0)`

/** Over so many days no energy is known, whatever stands at their ends. */
const EMPTY_DAYS = 402

const cell = (instant: string): string => `date_bin('15 min', ${instant}, 'epoch'::timestamptz)`

/**
 * All of the statement that reads readings names one channel and constant bounds, so that days are pruned.
 */
const from = "FROM readings r WHERE r.channel_key = c.key AND r.at >= $8 AND r.at < $9"

const sent = (columns: ReadonlyArray<Column>, prefix: string): string =>
  [
    `array_send(array_agg(r.at)) AS ${prefix}_at`,
    ...columns.map((name) => `array_send(array_agg(r.${columnOf[name]})) AS ${prefix}_${columnOf[name]}`),
    `array_send(array_agg(r.at) FILTER (WHERE r.made_at IS NOT NULL)) AS ${prefix}_edited`
  ].join(", ")

const fields = ["at", "made_at", ...Object.values(columnOf)].map((name) => `r.${name}`).join(", ")

/**
 * Finds the quarter hours to compute and reads them with their neighbours, one row for each task:
 * `$1` channel keys, `$2` and `$3` first and last instant touched, `$4` where to begin when that is settled
 * (else as many readings before as can feel the touch), `$5` how many readings that is, `$6` how many
 * neighbours to read on each side, `$7` the most readings inside, `$8` and `$9` bounds of everything,
 * `$10` the instant before which usage is final.
 *
 * A reading inside too many is answered as well, so that the reader sees there are more. With `isCut` the
 * inside ends early instead; when the next reading is so far away that no energy reaches it, all of the
 * time up to it is `is_empty`.
 */
const write = ({ bases, columns, reachesBack }: Kind, isCut: boolean): string => {
  const reach = bases.map(
    ({ carried }, i) => `
CROSS JOIN LATERAL (SELECT min(at) AS at, count(*)::int4 AS n FROM (
  SELECT r.at ${from} AND r.at < t.since AND ${carried} ORDER BY r.at DESC LIMIT $5::int4) x) b${i}
CROSS JOIN LATERAL (SELECT max(at) AS at, count(*)::int4 AS n FROM (
  SELECT r.at ${from} AND r.at > t.until AND ${carried} ORDER BY r.at LIMIT $5::int4) x) a${i}`
  )
  const first = reachesBack
    ? `
CROSS JOIN LATERAL (SELECT CASE WHEN b0.n < $5::int4 THEN least(
    (SELECT r.at - interval '1 ms' ${from} AND ${bases[0]!.carried} ORDER BY r.at LIMIT 1),
    (SELECT greatest(r.since, r.at - interval '400 days') ${from} AND ${bases[0]!.carried}
      ORDER BY r.at LIMIT 1),
    (SELECT u.start FROM usage_15m u WHERE u.channel_key = c.key AND u.start >= $8 AND u.start < $9
      ORDER BY u.start LIMIT 1)
  ) END AS at OFFSET 0) f`
    : ""
  const befores = bases.map((_, i) => `, b${i}.at`).join("") + (reachesBack ? ", f.at" : "")
  const afters = bases.map((_, i) => `, ${cell(`a${i}.at`)} + interval '15 min'`).join("")
  const next = `(SELECT r.at ${from} AND r.at >= v.lo ORDER BY r.at LIMIT 1)`
  const over = `(SELECT r.at ${from} AND r.at >= v.lo AND r.at < v.hi ORDER BY r.at OFFSET $7::int4 LIMIT 1)`
  const cut = isCut
    ? `CROSS JOIN LATERAL (SELECT coalesce(${next}, 'infinity') AS next OFFSET 0) o
CROSS JOIN LATERAL (SELECT v.lo, o.next > v.lo + interval '${EMPTY_DAYS} days' AS is_empty, least(v.hi,
  CASE WHEN o.next > v.lo + interval '${EMPTY_DAYS} days'
    THEN ${cell(`o.next - interval '${EMPTY_DAYS - 1} days'`)}
    ELSE least(v.lo + interval '${PIECE_DAYS} days',
      greatest(coalesce(${cell(over)}, 'infinity'), v.lo + interval '15 min')) END) AS hi OFFSET 0) w`
    : "CROSS JOIN LATERAL (SELECT v.lo, false AS is_empty, v.hi) w"
  const neighbours = bases.map(
    (basis, i) => `
CROSS JOIN LATERAL (SELECT ${sent(basis.columns, `before${i}`)} FROM (
  SELECT ${fields} ${from} AND r.at < w.lo AND ${basis.carried} ORDER BY r.at DESC LIMIT $6::int4) r) p${i}
CROSS JOIN LATERAL (SELECT ${sent(basis.columns, `after${i}`)} FROM (
  SELECT ${fields} ${from} AND r.at >= w.hi AND ${basis.carried} ORDER BY r.at LIMIT $6::int4) r) q${i}`
  )
  const selected = bases.map(
    (_, i) => `, b${i}.n AS reached_before${i}, a${i}.n AS reached_after${i}
  , p${i}.*, q${i}.*`
  )
  return `SELECT t.place::int4 AS place, w.lo, w.hi, v.hi AS whole_hi, w.is_empty, n.*${selected.join("")}
FROM unnest($1::float8[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
  WITH ORDINALITY AS t (key, since, until, lo, place)
CROSS JOIN LATERAL (SELECT t.key::bigint AS key) c${reach.join("")}${first}
CROSS JOIN LATERAL (SELECT
  coalesce(t.lo, greatest(${cell(`least(t.since - interval '1 ms'${befores})`)}, $10::timestamptz)) AS lo,
  greatest(${cell("t.until")} + interval '15 min'${afters}) AS hi OFFSET 0) v
${cut}${neighbours.join("")}
CROSS JOIN LATERAL (SELECT ${sent(columns, "inside")} FROM (
  SELECT ${fields} ${from} AND r.at >= w.lo AND r.at < w.hi AND ${counts} ORDER BY r.at
  LIMIT ${isCut ? "NULL" : "$7::int4 + 1"}) r) n`
}

const queries = new Map<string, string>()

/** The statement that reads what a kind of channel needs. */
export const readingsQuery = (kind: Kind, isCut: boolean): string => {
  const name = `${kind.name} ${isCut}`
  const known = queries.get(name)
  if (known !== undefined) return known
  const made = write(kind, isCut)
  queries.set(name, made)
  return made
}
