import { performance } from "node:perf_hooks"

/** What a server is asked. */
export type ServerQuestion =
  | { readonly ask: "begin"; readonly clients: number }
  | { readonly ask: "run"; readonly ms: number; readonly loud: boolean }
  | { readonly ask: "memory" }

/** Where a server listens and with what it is opened. */
export interface Begun {
  readonly port: number
  readonly key: string
  readonly rssBytes: number
}

/** What a run cost the server. */
export interface Ran {
  readonly told: number
  readonly cpuMs: number
  readonly rssBytes: number
}

/** Every client is told once a second, a fiftieth of them at a time. */
export const slices = 50

/** The instant as a fraction of a millisecond, the same for every process of the machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now()

/** What the process holds once what is not needed is gone. */
export const rssBytes = async (): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return process.memoryUsage.rss()
}

/**
 * Tells every client once a second for a while. The instant a client is told with is the one planned, so that
 * what a busy server does late counts as late.
 */
export const tellAll = async (
  clients: number,
  ms: number,
  tell: (client: number, plannedAt: number) => void,
  everySlice: () => void
): Promise<Ran> => {
  const started = process.cpuUsage()
  const from = nowMs()
  const count = Math.round((ms / 1000) * slices)
  let told = 0
  for (let slice = 0; slice < count; slice++) {
    const plannedAt = from + (slice * 1000) / slices
    const wait = plannedAt - nowMs()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    else await new Promise((resolve) => setImmediate(resolve))
    for (let client = slice % slices; client < clients; client += slices) {
      tell(client, plannedAt)
      told++
    }
    everySlice()
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  const { system, user } = process.cpuUsage(started)
  return { told, cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() }
}
