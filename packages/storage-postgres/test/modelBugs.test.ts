import { assert, describe, it } from "@effect/vitest"
import { type DeviceReading, ReadingStore } from "@wattkit/core"
import { compare, makeSequence, play, type Stores } from "@wattkit/testkit/model"
import { Context, Effect } from "effect"
import * as PostgresSubject from "./PostgresSubject.ts"
import * as TestServer from "./TestServer.ts"

/** So many sequences at most until a planted bug is seen. */
const most = 12

/** How many sequences it takes until the stores differ from the model; undefined when they never do. */
const seenAfter = Effect.fnUntraced(function* (
  ground: PostgresSubject.Ground,
  wrap?: (stores: Context.Context<Stores>) => Context.Context<Stores>
) {
  for (let seed = 1; seed <= most; seed++) {
    const subject = yield* PostgresSubject.make(ground, wrap)
    const sequence = makeSequence({ seed, operations: 200, prefix: `s${seed}` })
    const { model } = yield* play(subject, sequence)
    if ((yield* subject.run(compare(sequence, model))).length > 0) return seed
  }
  return undefined
}, Effect.scoped)

const trigger = (name: string, on: string, when: string, body: string): ReadonlyArray<string> => [
  `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`,
  `CREATE TRIGGER ${name} ${when} ON ${on} FOR EACH ROW EXECUTE FUNCTION ${name}()`
]

/** Only the quarter hours a reading lies in are written, not those its step reaches into. */
const neighboursLeft = [
  "CREATE TABLE planted_touched (xid xid8, key bigint, since timestamptz, until timestamptz)",
  "GRANT ALL ON planted_touched TO PUBLIC",
  ...trigger(
    "planted_note",
    "usage_stale",
    "BEFORE DELETE",
    `INSERT INTO planted_touched SELECT pg_current_xact_id(), t.*
      FROM unnest(OLD.channel_keys, OLD.froms, OLD.tos) t;
    RETURN OLD;`
  ),
  ...trigger(
    "planted_skip",
    "usage_15m",
    "BEFORE INSERT OR UPDATE",
    `IF EXISTS (SELECT FROM planted_touched t WHERE t.xid = pg_current_xact_id() AND t.key = NEW.channel_key
      AND t.until >= NEW.start AND t.since < NEW.start + interval '15 minutes') THEN RETURN NEW; END IF;
    RETURN NULL;`
  )
]

/** Days are sums of kilowatt-hours with a binary point, cut to whole milliwatt-hours. */
const floatSum = trigger(
  "planted_float",
  "energy_daily",
  "BEFORE INSERT OR UPDATE",
  `NEW.imported := (SELECT floor(sum(imported / 1e6::float8) * 1e6::float8) FROM usage_15m
    WHERE channel_key = NEW.channel_key AND start >= NEW.start_at AND start < NEW.end_at);
  RETURN NEW;`
)

const daysOfUtc = trigger(
  "planted_utc",
  "location_zones",
  "BEFORE INSERT OR UPDATE",
  "NEW.zone := 'UTC'; RETURN NEW;"
)

const resetTwice = trigger(
  "planted_twice",
  "usage_15m",
  "BEFORE INSERT OR UPDATE",
  "IF NEW.events & 2 > 0 THEN NEW.imported := NEW.imported * 2; END IF; RETURN NEW;"
)

/** A reading that comes again is another one, a millisecond later. */
const noUniqueKey = (stores: Context.Context<Stores>): Context.Context<Stores> => {
  const store = Context.get(stores, ReadingStore)
  const seen = new Set<string>()
  const keyless = (reading: DeviceReading): DeviceReading => {
    const identity = `${reading.deviceId} ${reading.channel} ${reading.at}`
    if (seen.has(identity)) return { ...reading, at: (reading.at + 1) as DeviceReading["at"] }
    seen.add(identity)
    return reading
  }
  return Context.add(stores, ReadingStore, {
    ...store,
    append: (tenantId, batch) => store.append(tenantId, batch.map(keyless))
  })
}

describe("a planted bug is seen", () => {
  const bugs = [
    ["no unique key", [], noUniqueKey],
    ["a quarter hour of a neighbour that is not computed again", neighboursLeft],
    ["sums with a binary point", floatSum],
    ["local days by UTC", daysOfUtc],
    ["a reset booked twice", resetTwice]
  ] as const
  it.live.each(bugs)(
    "%s",
    ([, planted, wrap]) =>
      Effect.gen(function* () {
        const ground = yield* PostgresSubject.ground(yield* TestServer.make(), planted)
        assert.isDefined(yield* seenAfter(ground, wrap))
      }),
    120_000
  )
})
