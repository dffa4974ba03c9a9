import { join } from "node:path"
import { Worker } from "node:worker_threads"

/** What is to be sent, to whom and how. */
export interface Load {
  readonly port: number
  readonly path: string
  readonly authorization?: string | undefined
  readonly form: "wattkit" | "influx" | "peer"
  /** What every answer must contain. */
  readonly expects?: string | undefined
  readonly connections: number
  readonly requests: number
  /** Readings in a request; over MQTT how many messages of a connection are in flight. */
  readonly readings: number
  readonly devices: number
  /** Epoch milliseconds of tick 0. */
  readonly start: number
  /** The tick of the first reading; a tick is ten seconds. */
  readonly tick: number
}

/** How it went. */
export interface Loaded {
  readonly elapsed: number
  readonly latencies: ReadonlyArray<number>
  readonly answered: number
}

/** Sends a load from a thread of its own. */
export const send = (load: Load, file = "httpLoad.ts"): Promise<Loaded> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, file), { workerData: load })
    worker.once("message", resolve)
    worker.once("error", reject)
    worker.once("exit", (code) => reject(new Error(`the sender ended with ${code}`)))
  })
