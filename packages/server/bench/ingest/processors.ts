import { readdirSync, readFileSync } from "node:fs"
import type { Processors } from "../../../../scripts/bench/Harness.ts"

/** Processes whose time is looked at, by who they are. */
export interface Watched {
  /** The process that is measured. */
  readonly server?: number | undefined
  /** The first process of a PostgreSQL; its children do the work. */
  readonly postgres?: number | undefined
  /** A broker between the sender and the server. */
  readonly broker?: number | undefined
}

const microsecondsPerTick = 10_000

/** Fields of /proc/<pid>/stat from the state on, which is the first after the name. */
const statOf = (pid: number | string): ReadonlyArray<string> => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")
  } catch {
    // The process ended while it was looked at.
    return []
  }
}

const ticks = (stat: ReadonlyArray<string>, ...places: ReadonlyArray<number>): number =>
  places.reduce((sum, place) => sum + Number(stat[place] ?? 0), 0)

/** Its own time, that of its children, and of those that have ended. */
const withChildren = (pid: number): number => {
  let sum = ticks(statOf(pid), 11, 12, 13, 14)
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    const stat = statOf(name)
    if (Number(stat[1]) === pid) sum += ticks(stat, 11, 12)
  }
  return sum
}

/** Microseconds of processor time that they used since they started; only Linux says it. */
export const usedBy = ({ broker, postgres, server }: Watched): Processors => {
  if (process.platform !== "linux") return {}
  const found: Record<string, number> = {}
  if (server !== undefined) found["server"] = ticks(statOf(server), 11, 12) * microsecondsPerTick
  if (postgres !== undefined) found["postgres"] = withChildren(postgres) * microsecondsPerTick
  if (broker !== undefined) found["broker"] = ticks(statOf(broker), 11, 12) * microsecondsPerTick
  return found
}

/** What was used between two looks. */
export const between = (before: Processors, after: Processors): Processors =>
  Object.fromEntries(Object.entries(after).map(([who, used]) => [who, used - (before[who] ?? 0)]))

const lookMs = 200
const mostLooks = 50

/** Waits until there is nothing left to be done of what was begun, such as bringing usage up to date. */
export const quiet = async (watched: Watched): Promise<void> => {
  let before = usedBy(watched)
  for (let look = 0, calm = 0; look < mostLooks && calm < 3; look++) {
    await new Promise((resolve) => setTimeout(resolve, lookMs))
    const now = usedBy(watched)
    const used = Object.values(between(before, now)).reduce((sum, one) => sum + one, 0)
    before = now
    // Usage is looked at once a second, so one calm moment says little.
    calm = used <= 2 * microsecondsPerTick ? calm + 1 : 0
  }
}
