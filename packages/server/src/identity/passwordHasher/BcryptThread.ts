import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { Effect } from "effect"
import { packageRoot } from "../../packageRoot.ts"
import type { Answer, Question } from "./bcryptWorker.ts"

/** Computes bcrypt digests, one after the other, where they keep nobody waiting. */
export interface BcryptThread {
  readonly digestOf: (password: Uint8Array, salt: Uint8Array, cost: number) => Effect.Effect<Uint8Array>
}

/** The file of the thread: beside this one in the source, an entry of its own in what is published. */
const file = import.meta.url.endsWith(".ts")
  ? new URL("./bcryptWorker.ts", import.meta.url)
  : join(packageRoot, "dist/identity/passwordHasher/bcryptWorker.js")

type Waiting = Map<number, (digest: Effect.Effect<Uint8Array>) => void>

const startWorker = (waiting: Waiting): Worker => {
  // The options of the program are for the program: with some of them no other file can be run.
  const worker = new Worker(file, { execArgv: [] })
  const lose = (why: Error) => {
    const lost = [...waiting.values()]
    waiting.clear()
    for (const resume of lost) resume(Effect.die(why))
  }
  worker.on("message", ({ digest, number }: Answer) => {
    const resume = waiting.get(number)
    waiting.delete(number)
    // A thread that has nothing to do keeps no program from ending. This comes first: whoever waited may go
    // on at once, ask again or end the thread.
    if (waiting.size === 0) worker.unref()
    resume?.(Effect.succeed(digest))
  })
  worker.on("error", lose)
  worker.on("exit", () => lose(new Error("the thread that computes bcrypt ended")))
  return worker
}

/** The thread starts with the first question, as most servers never meet a bcrypt hash. */
export const make = Effect.gen(function* () {
  let worker: Worker | undefined
  let waiting: Waiting = new Map()
  let asked = 0
  yield* Effect.addFinalizer(() => Effect.promise(async () => worker?.terminate()))
  const running = (): Worker => {
    if (worker !== undefined) return worker
    waiting = new Map()
    const started = startWorker(waiting)
    started.once("exit", () => {
      if (worker === started) worker = undefined
    })
    return (worker = started)
  }
  const thread: BcryptThread = {
    digestOf: (password, salt, cost) =>
      Effect.callback((resume) => {
        const question: Question = { number: asked++, password, salt, cost }
        const asking = running()
        waiting.set(question.number, resume)
        asking.ref()
        asking.postMessage(question, [])
      })
  }
  return thread
})
