import { median, medianRatio, percentile, rotate } from "./Statistics.ts"

/** What a variant is told about the run. */
export interface Context {
  /** A short run to see that the bench works; numbers are not for publication. */
  readonly quick: boolean
  /** The round, from 1; those before are warm-ups, whose numbers are dropped. The last of them is 0. */
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
  /** Microseconds of processor time by who used them, when that is more than this process. */
  readonly processors?: Processors
}

/** Microseconds of processor time, by who used them. */
export type Processors = Readonly<Record<string, number>>

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
  /** The same for each round, so that a comparison can stay within the rounds. */
  readonly values: ReadonlyArray<number>
  readonly unit: string
  /** Against the limit variant of the same rounds; 1 for the limit itself. */
  readonly ratio: number | null
  /** Milliseconds, or null when the variant reports no latencies. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  /** Microseconds of processor time for one unit, of all that were looked at. */
  readonly cpu: number
  /** The same by who used it; empty where only this process was looked at. */
  readonly processors: Processors
}

/** What must hold of the numbers: a goal. */
export interface Check {
  readonly name: string
  /** Variants it is about. It is passed over where one of them did not run. */
  readonly of?: ReadonlyArray<string>
  /** What was found, to stand beside the goal. */
  readonly found?: (rows: ReadonlyArray<Row>) => string
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
  /** Rounds before those that count; one unless code takes longer to become as fast as it gets. */
  readonly warmUps?: number
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
  readonly processorsPerUnit: Processors
  readonly latencies: ReadonlyArray<number>
}

/** How to run a bench; `report` hears of every round. */
export interface Options {
  readonly quick: boolean
  readonly rounds?: number
  /** Texts of which the name of a variant must hold one; the limit runs in any case. */
  readonly only?: ReadonlyArray<string>
  readonly report?: (line: string) => void
}

const chosen = ({ limit, variants }: Bench, only: ReadonlyArray<string> = []): ReadonlyArray<AnyVariant> => {
  const words = only.map((word) => word.toLowerCase())
  const isChosen = (name: string): boolean => words.some((word) => name.toLowerCase().includes(word))
  return words.length === 0 ? variants : variants.filter(({ name }) => name === limit || isChosen(name))
}

/** Runs every variant in every round, in rotating order, and compares them within the rounds. */
export const measure = async (bench: Bench, options: Options): Promise<ReadonlyArray<Row>> => {
  const { only, quick } = options
  const rounds = options.rounds ?? (quick ? 2 : (bench.rounds ?? 5))
  const warmUps = quick ? 1 : (bench.warmUps ?? 1)
  const live: Array<Opened & { readonly name: string; readonly rounds: Array<Round> }> = []
  try {
    for (const { name, open } of chosen(bench, only)) {
      live.push({ name, ...(await open({ quick })), rounds: [] })
    }
    for (let round = 1 - warmUps; round <= rounds; round++) {
      for (const one of rotate(live, round + warmUps - 1)) {
        const measured = await time(one, { quick, round })
        // Before round 1 code is compiled and caches fill.
        if (round > 0) one.rounds.push(measured)
      }
      options.report?.(round <= 0 ? "warm-up done" : `round ${round} of ${rounds} done`)
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
  const { elapsed, latencies = [], processors = {}, units } = await one.run(context)
  const milliseconds = elapsed ?? performance.now() - started
  const { system, user } = process.cpuUsage(cpu)
  const used = Object.values(processors)
  const total = used.length === 0 ? user + system : used.reduce((sum, one) => sum + one, 0)
  return {
    perSecond: (units * 1000) / milliseconds,
    cpuPerUnit: total / units,
    processorsPerUnit: Object.fromEntries(Object.entries(processors).map(([who, one]) => [who, one / units])),
    latencies
  }
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
    values,
    unit: `${unit}/s`,
    ratio: ratio ?? null,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    cpu: median(rounds.map((round) => round.cpuPerUnit)),
    processors: Object.fromEntries(
      Object.keys(rounds[0]?.processorsPerUnit ?? {}).map((who) => [
        who,
        median(rounds.map((round) => round.processorsPerUnit[who] ?? 0))
      ])
    )
  }
}
