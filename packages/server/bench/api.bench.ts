import { type AnyVariant, type Bench, type Check, type Row, variant } from "../../../scripts/bench/Harness.ts"
import { number } from "../../../scripts/bench/Report.ts"
import { medianRatio } from "../../../scripts/bench/Statistics.ts"
import { day, furnished, reader } from "./api/furnished.ts"
import { mixed, recording } from "./api/questions.ts"
import type { Asked, Read, Reading } from "./api/reader.ts"
import { between, quiet, usedBy } from "./ingest/processors.ts"

type Furnished = Awaited<ReturnType<typeof furnished.enter>>

/** Of whom it is asked, how, and how often in a round and in a quick one. */
interface Way extends Pick<Reading, "connections" | "perSecond"> {
  readonly name: string
  readonly isBare?: boolean
  readonly requests: number
  readonly quick: number
  readonly asked: (house: Furnished, count: number, round: number) => ReadonlyArray<Asked>
}

const asking = ({ asked, connections, isBare = false, name, perSecond, quick, requests }: Way): AnyVariant =>
  variant({
    name,
    setup: async () => {
      const child = await reader.enter()
      return { child, house: await furnished.enter() }
    },
    run: async ({ child, house }, context) => {
      const { server } = house
      const peer = isBare ? house.bare : server
      const task: Reading = {
        port: peer.port,
        key: server.key!,
        connections,
        perSecond,
        asked: asked(house, context.quick ? quick : requests, context.round)
      }
      await quiet(peer.watched)
      const before = usedBy(peer.watched)
      const { answered, cpu, elapsed, latencies } = await child.ask<Read>(task)
      const used = between(before, usedBy(peer.watched))
      return { units: answered, elapsed, latencies, processors: { ...used, generator: cpu } }
    },
    teardown: async () => {
      await furnished.leave()
      await reader.leave()
    }
  })

const reads: Way["asked"] = ({ server }, count) => mixed(server.locationIds, day, count)

const names = {
  bare: "Fastify + pg, reads, 64 connections",
  reads: "wattkit, reads, 64 connections",
  paced: "wattkit, reads, 1,000 a second",
  barePaced: "Fastify + pg, reads, 1,000 a second",
  recorder: "wattkit, 50 people who look at their last reading and send the next"
} as const

const hour = 3_600_000

/** A day of its own for each round, before those that were said already. */
const startOf = (round: number): number => day - (round + 10) * 24 * hour

const full = { connections: 64, requests: 20_000, quick: 2_000, asked: reads } as const
const paced = { connections: 256, perSecond: 1_000, requests: 10_000, quick: 1_000, asked: reads } as const

const rowOf = (rows: ReadonlyArray<Row>, name: string): Row => rows.find(({ variant }) => variant === name)!

const milliseconds = (value: number | null): string => `${(value ?? Number.NaN).toFixed(1)} ms`

const goals: ReadonlyArray<Check> = [
  {
    name: "1,000 reads a second over 10,000 devices: p95 below 50 ms",
    of: [names.paced],
    found: (rows) => {
      const { p50, p95, p99 } = rowOf(rows, names.paced)
      return `p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}`
    },
    holds: (rows) => (rowOf(rows, names.paced).p95 ?? Number.NaN) < 50
  },
  {
    name: "not slower than 0.6 of a bare server",
    of: [names.reads, names.bare],
    found: (rows) =>
      `${number(medianRatio(rowOf(rows, names.reads).values, rowOf(rows, names.bare).values))} ×`,
    holds: (rows) => medianRatio(rowOf(rows, names.reads).values, rowOf(rows, names.bare).values) >= 0.6
  },
  {
    name: "50 people who record: p99 below 500 ms",
    of: [names.recorder],
    found: (rows) => {
      const { p50, p99 } = rowOf(rows, names.recorder)
      return `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`
    },
    holds: (rows) => (rowOf(rows, names.recorder).p99 ?? Number.NaN) < 500
  }
]

/**
 * Reads of the kind that screens ask for, over ten thousand devices, beside a bare server that reads the same
 * tables of the same database.
 */
export default {
  name: "api",
  unit: "requests",
  limit: names.bare,
  rounds: 3,
  warmUps: 2,
  variants: [
    asking({ name: names.bare, isBare: true, ...full }),
    asking({ name: names.reads, ...full }),
    asking({ name: names.paced, ...paced }),
    asking({ name: names.barePaced, isBare: true, ...paced }),
    asking({
      name: names.recorder,
      connections: 50,
      requests: 20_000,
      quick: 2_000,
      asked: (_, count, round) => recording(startOf(round), count)
    })
  ],
  checks: goals
} satisfies Bench
