import { join } from "node:path"
import { type Context, type Processors, variant, type Work } from "../../../../../scripts/bench/Harness.ts"
import { type Child, start as startChild } from "../../live/child.ts"
import type { Peer } from "../peers.ts"
import { between, quiet, usedBy, type Watched } from "../processors.ts"
import type { Sent, Task } from "../sender/Task.ts"
import { type Shared, shared } from "./shared.ts"

/** How many devices there are. */
export const devices = 1000

/** What is said is of the twenty days before today. */
export const start = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 20 * 86_400_000

/** The one process that sends, for all variants. */
const sender = shared<Child>(
  async () => startChild(join(import.meta.dirname, "../sender/main.ts")),
  (child) => child.end()
)

/** A way to a peer, and how many requests go there in a round and in a quick one. */
export interface Way extends Omit<Task, "requests" | "devices" | "start" | "tick" | "port"> {
  readonly requests: number
  readonly quick: number
}

/** A peer, and the tick up to which everything was said to it. */
export interface Told<P extends Peer> {
  readonly peer: P
  tick: number
}

/** Shares a peer among the ways to it, and the ticks with it: what was said once is not said again. */
export const told = <P extends Peer>(open: () => Promise<P>): Shared<Told<P>> =>
  shared(
    async () => ({ peer: await open(), tick: 0 }),
    ({ peer }) => peer.stop()
  )

/** What else there is to wait for after all is answered, and who else was at work. */
interface Over<P extends Peer> {
  readonly portOf?: (peer: P) => number
  /** Resolves when all up to a tick is stored, of so many readings that were sent. */
  readonly stored?: (peer: P, tick: number, readings: number) => Promise<void>
  readonly broker?: (peer: P) => Watched
}

/** The device that says most says so much in a round, so later rounds begin after it. */
const ticksOf = ({ readings, requests }: Pick<Task, "readings" | "requests">): number =>
  Math.ceil(requests / devices) * readings

const run = async <P extends Peer>(
  name: string,
  state: Told<P>,
  way: Way,
  { broker, portOf = ({ port }) => port, stored }: Over<P>,
  { quick }: Context
): Promise<Work> => {
  const { peer } = state
  const child = await sender.enter()
  try {
    const requests = quick ? way.quick : way.requests
    const port = portOf(peer)
    const task: Task = { key: peer.key, ...way, port, requests, devices, start, tick: state.tick }
    await child.ask({ ask: "prepare", task })
    state.tick += ticksOf(task)
    const watched: Watched = { ...peer.watched, ...broker?.(peer) }
    await quiet(watched)
    const before = usedBy(watched)
    const begun = performance.now()
    const sent = await child.ask<Sent>({ ask: "go" })
    const units = sent.answered * way.readings
    if (sent.refused > 0) {
      process.stderr.write(`  ${name}: ${sent.refused} times no room, sent again when the server said\n`)
    }
    if (stored !== undefined) await stored(peer, state.tick - 1, units)
    const elapsed = stored === undefined ? sent.elapsed : performance.now() - begun
    // What the readings still cost when they are acknowledged, above all usage, is theirs.
    await quiet(watched)
    const used: Processors = between(before, usedBy(watched))
    return { units, elapsed, latencies: sent.latencies, processors: { ...used, generator: sent.cpu } }
  } finally {
    await sender.leave()
  }
}

/** Requests, messages or frames to a peer, as fast as it answers that everything is stored. */
export const sent = <P extends Peer>(name: string, peer: Shared<Told<P>>, way: Way, over: Over<P> = {}) =>
  variant<Told<P>>({
    name,
    setup: async () => {
      await sender.enter()
      return peer.enter()
    },
    run: (state, context) => run(name, state, way, over, context),
    teardown: async () => {
      await peer.leave()
      await sender.leave()
    }
  })
