import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/** Sees what goes through: bytes from the client or from the server of one connection. */
export type Witness = (connection: number, from: "client" | "server", bytes: Buffer) => void

/** A network between a client and a server, with faults on demand. */
export interface Proxy {
  readonly port: number
  /** How long everything takes in each direction. */
  latencyMs: number
  readonly connections: () => number
  /** Nothing gets through any more, and nobody is told; connections wait. */
  readonly pause: () => void
  readonly resume: () => void
  /** Nothing gets through, and what was connected stays silent for ever. */
  readonly cut: () => void
  /** New connections get through again. */
  readonly heal: () => void
  /** Ends every connection with a reset. */
  readonly reset: () => void
  readonly close: () => Promise<void>
}

interface Pair {
  readonly ends: ReadonlyArray<Socket>
  isDead: boolean
}

interface State {
  latencyMs: number
  isPaused: boolean
  isCut: boolean
}

const poll = 5

/** Sends on what one end says to the other, in order, as the state of the network lets it. */
const forward = (state: State, pair: Pair, from: Socket, to: Socket, see: (bytes: Buffer) => void): void => {
  const queue: Array<{ readonly bytes: Buffer | undefined; readonly due: number }> = []
  let isScheduled = false
  const run = () => {
    isScheduled = false
    while (queue.length > 0 && !pair.isDead && !state.isPaused && queue[0]!.due <= performance.now()) {
      const { bytes } = queue.shift()!
      if (bytes === undefined) to.end()
      else {
        see(bytes)
        if (!to.write(bytes)) from.pause()
      }
    }
    if (queue.length > 0 && !pair.isDead) schedule()
  }
  const schedule = () => {
    if (isScheduled) return
    isScheduled = true
    setTimeout(run, state.isPaused ? poll : Math.max(0, queue[0]!.due - performance.now()))
  }
  const add = (bytes: Buffer | undefined) => {
    queue.push({ bytes, due: performance.now() + state.latencyMs })
    if (state.latencyMs === 0 && !isScheduled) run()
    else schedule()
  }
  from.on("data", add)
  from.on("end", () => add(undefined))
  from.on("error", () => to.destroy())
  from.on("close", () => queue.length === 0 && to.destroy())
  to.on("drain", () => from.resume())
}

/** Starts one on a free port. */
export const makeProxy = async (target: number, see: Witness = () => {}): Promise<Proxy> => {
  const state: State = { latencyMs: 0, isPaused: false, isCut: false }
  const pairs = new Set<Pair>()
  let connections = 0
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const connection = ++connections
    client.on("error", () => {})
    if (state.isCut) {
      pairs.add({ ends: [client], isDead: true })
      return
    }
    const far = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true })
    const pair: Pair = { ends: [client, far], isDead: false }
    pairs.add(pair)
    client.setNoDelay(true)
    forward(state, pair, client, far, (bytes) => see(connection, "client", bytes))
    forward(state, pair, far, client, (bytes) => see(connection, "server", bytes))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const end = (how: (socket: Socket) => void) => {
    for (const pair of pairs) {
      pair.isDead = true
      pair.ends.forEach(how)
    }
    pairs.clear()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get latencyMs() {
      return state.latencyMs
    },
    set latencyMs(ms) {
      state.latencyMs = ms
    },
    connections: () => connections,
    pause: () => void (state.isPaused = true),
    resume: () => void (state.isPaused = false),
    cut: () => {
      state.isCut = true
      for (const pair of pairs) pair.isDead = true
    },
    heal: () => void (state.isCut = false),
    reset: () => end((socket) => socket.resetAndDestroy()),
    close: async () => {
      end((socket) => socket.destroy())
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
