import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { MeterOptions, MeterState } from "./Meter.ts"
import type { Asked } from "./meterProcess.ts"
import type { Place } from "./story.ts"

type Question = Asked extends infer A ? (A extends Asked ? Omit<A, "id"> : never) : never

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** A meter in a process of its own, whose queue is a folder. */
export const openProcess = async (options: MeterOptions, folder: string): Promise<Place> => {
  const child = fork(fileURLToPath(import.meta.resolve("./meterProcess.ts")))
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const fail = (): void => {
    for (const { reject } of open.values()) reject(new Error("the process ended"))
    open.clear()
  }
  child.on("exit", fail)
  child.on("message", ({ error, id, value }: Answer) => {
    const { reject, resolve } = open.get(id)!
    open.delete(id)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  })
  let count = 0
  const ask = (question: Question): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = count++
      open.set(id, { resolve, reject })
      child.send({ ...question, id })
    })
  await ask({ ask: "open", options, folder })
  return {
    say: async (from, to) => void (await ask({ ask: "say", from, to })),
    correct: async (n) => void (await ask({ ask: "correct", n })),
    flush: async () => void (await ask({ ask: "flush" })),
    state: async () => (await ask({ ask: "state" })) as MeterState,
    kill: async () => {
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    }
  }
}
