import { spawn } from "node:child_process"

/** How a command ended and everything it printed. */
export interface Result {
  readonly code: number
  readonly output: string
}

/** Runs a command to its end and collects its output. */
export const run = (
  command: ReadonlyArray<string>,
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }
): Promise<Result> =>
  new Promise((resolve) => {
    const [program, ...words] = command
    const child = spawn(program!, words, { ...options, stdio: ["ignore", "pipe", "pipe"] })
    const chunks: Array<Buffer> = []
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk))
    const output = (): string => Buffer.concat(chunks).toString("utf8")
    child.on("error", (error) => resolve({ code: 127, output: `${output()}${error.message}\n` }))
    child.on("close", (code) => resolve({ code: code ?? 1, output: output() }))
  })

/** Applies a function to every item, at most `width` at once, results in the order of the items. */
export const inParallel = async <A, B>(
  items: ReadonlyArray<A>,
  width: number,
  apply: (item: A) => Promise<B>
): Promise<ReadonlyArray<B>> => {
  const results: Array<B> = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await apply(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
