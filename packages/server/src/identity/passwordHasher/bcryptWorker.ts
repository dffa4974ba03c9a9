import { parentPort } from "node:worker_threads"
import { digestOf } from "./bcrypt.ts"

/** What the thread is asked. */
export interface Question {
  readonly number: number
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly cost: number
}

/** What it answers. */
export interface Answer {
  readonly number: number
  readonly digest: Uint8Array
}

parentPort?.on("message", ({ cost, number, password, salt }: Question) => {
  const answer: Answer = { number, digest: digestOf(password, salt, cost) }
  parentPort?.postMessage(answer, [])
})
