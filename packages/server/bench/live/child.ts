import { type ChildProcess, spawn } from "node:child_process"
import { resolve as resolvePath } from "node:path"

/** A process of the bench, which answers every question with one message. */
export interface Child {
  readonly pid: number
  readonly ask: <Answer>(question: object) => Promise<Answer>
  readonly end: () => Promise<void>
}

/**
 * Starts a file of this folder, or of another one that is named in full, with as many open files as the
 * system allows.
 */
export const start = (file: string, ...args: ReadonlyArray<string>): Child => {
  const command = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"'
  const path = resolvePath(import.meta.dirname, file)
  const child: ChildProcess = spawn(
    "sh",
    ["-c", command, process.execPath, "--expose-gc", "--disable-warning=ExperimentalWarning", path, ...args],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] }
  )
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  return {
    pid: child.pid!,
    ask: <Answer>(question: object) =>
      new Promise<Answer>((resolve, reject) => {
        const onExit = () => reject(new Error(`${file} ended`))
        child.once("exit", onExit)
        child.once("message", (answer) => {
          child.off("exit", onExit)
          resolve(answer as Answer)
        })
        child.send(question)
      }),
    end: () => {
      child.kill("SIGKILL")
      return ended
    }
  }
}

/** Answers the questions of the process that started this one. */
export const answer = <Question>(reply: (question: Question) => Promise<object>): void => {
  // Nobody is left to answer to.
  process.on("disconnect", () => process.exit())
  process.on("message", (question) => {
    void reply(question as Question).then((said) => process.send!(said))
  })
}
