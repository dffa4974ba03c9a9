import type { AnyVariant, Bench, Check, Row } from "../../../scripts/bench/Harness.ts"
import { number } from "../../../scripts/bench/Report.ts"
import { medianRatio } from "../../../scripts/bench/Statistics.ts"
import { decoding } from "./ingest/variants/decoding.ts"
import { copyAgain, copyLimit, storageAlone } from "./ingest/variants/limits.ts"
import { alone, names as theirs, others } from "./ingest/variants/others.ts"
import { names as mine, ours } from "./ingest/variants/ours.ts"

const rowOf = (rows: ReadonlyArray<Row>, name: string): Row => rows.find(({ variant }) => variant === name)!

/** At least so many times what another variant does, compared within the rounds. */
const ahead = (name: string, times: number, other: string): Check => {
  const found = (rows: ReadonlyArray<Row>): number =>
    medianRatio(rowOf(rows, name).values, rowOf(rows, other).values)
  const goal = times === 1 ? `ahead of ${other}` : `${times} × ${other}`
  return {
    name: `${name}: ${goal}`,
    of: [name, other],
    found: (rows) => `${number(found(rows))} ×`,
    holds: (rows) => found(rows) >= times
  }
}

/** At least so many readings a second. */
const fast = (name: string, least: number): Check => ({
  name: `${name}: ${number(least)} a second`,
  of: [name],
  found: (rows) => number(rowOf(rows, name).value),
  holds: (rows) => rowOf(rows, name).value >= least
})

const all: ReadonlyArray<AnyVariant> = [
  copyLimit,
  copyAgain,
  ...ours,
  ...others,
  ...alone,
  ...storageAlone,
  ...decoding
]

/** What is compared runs side by side, because a machine is not equally fast in every minute of a round. */
const sideBySide: ReadonlyArray<string> = [
  [mine.batches256, copyLimit.name, mine.batches64, theirs.influxBatches, theirs.fastifyBatches],
  [theirs.fastifySingle, mine.single64, theirs.influxSingle],
  [copyAgain.name, mine.mqtt, mine.mosquitto, theirs.joining]
].flat()

const inOrder = [
  ...sideBySide.flatMap((wanted) => all.filter(({ name }) => name === wanted)),
  ...all.filter(({ name }) => !sideBySide.includes(name))
]

/**
 * Readings from devices to the disk, acknowledged after the commit, each way beside what it cannot be faster
 * than and beside others who do the same. Everything is on the same machine, the sender too.
 */
export default {
  name: "ingest",
  unit: "readings",
  limit: copyLimit.name,
  rounds: 3,
  // The server's code is not as fast as it gets before it has seen some hundred thousand readings.
  warmUps: 2,
  variants: inOrder,
  checks: [
    ahead(mine.batches64, 2.3, theirs.fastifyBatches),
    ahead(mine.batches64, 0.5, copyLimit.name),
    ahead(mine.batches256, 0.7, copyLimit.name),
    ahead(mine.batches64, 1, theirs.influxBatches),
    ahead(mine.single64, 4, theirs.fastifySingle),
    ahead(mine.single64, 1, theirs.influxSingle),
    fast(mine.mqtt, 60_000),
    ahead(mine.mqtt, 0.12, copyAgain.name),
    fast(mine.mosquitto, 40_000),
    ahead(mine.mosquitto, 1, theirs.joining)
  ]
} satisfies Bench
