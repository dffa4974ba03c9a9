import { Connection, type Surroundings } from "./Connection.ts"
import { type Encoding, makeEventEncoding, makeJsonEncoding } from "./encoding.ts"
import { type Limits, limits as usualLimits } from "./limits.ts"
import type { Opened } from "./Opened.ts"
import type { Outlet } from "./Outlet.ts"

/** What a hub is told about where it runs. */
export interface HubOptions {
  readonly limits?: Partial<Limits> | undefined
  /** The time in milliseconds; the clock of the process unless said. */
  readonly now?: (() => number) | undefined
  /** Told of what should not have happened. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Every connection is looked after once in so many ticks, a part of them at each. */
const slices = 20

/** So often the hub looks after connections; a whole turn takes a second. */
const tickMs = 50

/**
 * All live connections of a process.
 *
 * There is one timer for all of them, and nothing that costs anything for a connection that is quiet: a hub
 * looks after a part of its connections at every tick, and after those at once that wait for room.
 */
export class Hub {
  readonly limits: Limits
  readonly #around: Surroundings
  readonly #json: Encoding = makeJsonEncoding()
  readonly #events: Encoding = makeEventEncoding()
  readonly #now: () => number
  readonly #slices: ReadonlyArray<Set<Connection>> = Array.from({ length: slices }, () => new Set())
  readonly #sliceOf = new WeakMap<Connection, Set<Connection>>()
  readonly #watched = new Set<Connection>()
  readonly #queue: Array<() => void> = []
  #busy = 0
  #turns = 0
  #count = 0
  #timer: ReturnType<typeof setInterval> | undefined

  constructor({ limits, now = () => performance.now(), onError = () => {} }: HubOptions = {}) {
    this.limits = { ...usualLimits, ...limits }
    this.#now = now
    this.#around = {
      limits: this.limits,
      now,
      watch: (connection) => this.#watched.add(connection),
      turn: (work) => this.#turn(work),
      leave: (connection) => this.#leave(connection),
      onError
    }
  }

  /** How many clients are connected. */
  get size(): number {
    return this.#count
  }

  /** Takes a client that speaks frames, and greets it. */
  connect(outlet: Outlet, opened: Opened, sessionId: string): Connection {
    const connection = this.#enter(outlet, opened, this.#json)
    connection.greet(sessionId)
    return connection
  }

  /** Takes a client that only listens, to server-sent events. What it sees is said by `subscribe`. */
  connectEvents(outlet: Outlet, opened: Opened, sessionId: string): Connection {
    const connection = this.#enter(outlet, opened, this.#events)
    connection.greet(sessionId)
    return connection
  }

  /** Looks after a part of the connections, by a timer of its own after `start`. */
  tick(): void {
    const now = this.#now()
    for (const connection of this.#watched) if (!connection.tick(now)) this.#watched.delete(connection)
    for (const connection of this.#slices[this.#turns++ % slices]!) connection.check(now)
  }

  /** Ticks from now on. */
  start(): void {
    this.#timer ??= setInterval(() => this.tick(), tickMs).unref()
  }

  /** Ends every connection. */
  close(code: number, reason: string): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    for (const slice of this.#slices) for (const connection of slice) connection.close(code, reason)
  }

  #enter(outlet: Outlet, opened: Opened, encoding: Encoding): Connection {
    const connection = new Connection(this.#around, outlet, opened, encoding)
    const slice = this.#slices.reduce((least, one) => (one.size < least.size ? one : least))
    slice.add(connection)
    this.#sliceOf.set(connection, slice)
    this.#count++
    return connection
  }

  #leave(connection: Connection): void {
    if (this.#sliceOf.get(connection)?.delete(connection) !== true) return
    this.#watched.delete(connection)
    this.#count--
  }

  async #turn<A>(work: () => Promise<A>): Promise<A> {
    if (this.#busy >= this.limits.states) await new Promise<void>((resolve) => this.#queue.push(resolve))
    else this.#busy++
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#busy--
      else next()
    }
  }
}
