import { median, medianRatio, percentile, rotate } from "./Statistics.ts"

/** What a variant is told about the run. */
export interface Context {
  /** A short run to see that the bench works; numbers are not for publication. */
  readonly quick: boolean
  /** The round, from 0; the first is a warm-up whose numbers are dropped. */
  readonly round: number
}

/** What a variant did in one round. */
export interface Work {
  /** How many units were done. */
  readonly units: number
  /** Milliseconds each request took, when the variant has requests. */
  readonly latencies?: ReadonlyArray<number>
  /** Replaces the measured time, in milliseconds, when only a part of the run counts. */
  readonly elapsed?: number
}

/** One way to do the work. State lives from `setup` to `teardown`, over all rounds. */
export interface Variant<State> {
  readonly name: string
  readonly setup: (context: Omit<Context, "round">) => State | Promise<State>
  readonly run: (state: State, context: Context) => Work | Promise<Work>
  readonly teardown?: (state: State) => void | Promise<void>
}

/** A variant whose state nobody else sees; `variant` makes one. */
export interface AnyVariant {
  readonly name: string
  readonly open: (context: Omit<Context, "round">) => Promise<Opened>
}

interface Opened {
  readonly run: (context: Context) => Work | Promise<Work>
  readonly close: () => void | Promise<void>
}

/** What came out for a variant: medians over the rounds. */
export interface Row {
  readonly variant: string
  /** Units per second. */
  readonly value: number
  readonly unit: string
  /** Against the limit variant of the same rounds; 1 for the limit itself. */
  readonly ratio: number | null
  /** Milliseconds, or null when the variant reports no latencies. */
  readonly p50: number | null
  readonly p99: number | null
  /** Microseconds of processor time of this process for one unit. */
  readonly cpu: number
}

/** What must hold of the numbers; the message says what is wrong. */
export interface Check {
  readonly name: string
  readonly holds: (rows: ReadonlyArray<Row>) => boolean
}

/** A bench: several ways to do the same work, one of them the limit that nothing can beat on this machine. */
export interface Bench {
  readonly name: string
  /** Plural of what is counted, such as `readings`. */
  readonly unit: string
  /** Name of the variant that the others are compared to. */
  readonly limit?: string
  readonly rounds?: number
  readonly variants: ReadonlyArray<AnyVariant>
  readonly checks?: ReadonlyArray<Check>
}

/** Keeps a variant's functions together with the state that they share. */
export const variant = <State>(definition: Variant<State>): AnyVariant => ({
  name: definition.name,
  open: async (context) => {
    const state = await definition.setup(context)
    return {
      run: (round) => definition.run(state, round),
      close: () => definition.teardown?.(state)
    }
  }
})

interface Round {
  readonly perSecond: number
  readonly cpuPerUnit: number
  readonly latencies: ReadonlyArray<number>
}

/** How to run a bench; `report` hears of every round. */
export interface Options {
  readonly quick: boolean
  readonly rounds?: number
  readonly report?: (line: string) => void
}

/** Runs every variant in every round, in rotating order, and compares them within the rounds. */
export const measure = async (bench: Bench, options: Options): Promise<ReadonlyArray<Row>> => {
  const rounds = options.rounds ?? (options.quick ? 2 : (bench.rounds ?? 5))
  const { quick } = options
  const live: Array<Opened & { readonly name: string; readonly rounds: Array<Round> }> = []
  try {
    for (const { name, open } of bench.variants) live.push({ name, ...(await open({ quick })), rounds: [] })
    for (let round = 0; round <= rounds; round++) {
      for (const one of rotate(live, round)) {
        const measured = await time(one, { quick, round })
        // Round 0 compiles code and fills caches.
        if (round > 0) one.rounds.push(measured)
      }
      options.report?.(round === 0 ? "warm-up done" : `round ${round} of ${rounds} done`)
    }
  } finally {
    for (const one of live.toReversed()) await one.close()
  }
  const limit = live.find((one) => one.name === bench.limit)?.rounds
  return live.map((one) => summarize(one.name, bench.unit, one.rounds, limit))
}

const time = async (one: Opened, context: Context): Promise<Round> => {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const { elapsed, latencies = [], units } = await one.run(context)
  const milliseconds = elapsed ?? performance.now() - started
  const { system, user } = process.cpuUsage(cpu)
  return { perSecond: (units * 1000) / milliseconds, cpuPerUnit: (user + system) / units, latencies }
}

const summarize = (
  name: string,
  unit: string,
  rounds: ReadonlyArray<Round>,
  limit: ReadonlyArray<Round> | undefined
): Row => {
  const values = rounds.map((round) => round.perSecond)
  const ratio =
    limit &&
    medianRatio(
      values,
      limit.map((round) => round.perSecond)
    )
  const latencies = rounds.flatMap((round) => round.latencies)
  const at = (share: number): number | null => (latencies.length === 0 ? null : percentile(latencies, share))
  return {
    variant: name,
    value: median(values),
    unit: `${unit}/s`,
    ratio: ratio ?? null,
    p50: at(0.5),
    p99: at(0.99),
    cpu: median(rounds.map((round) => round.cpuPerUnit))
  }
}
