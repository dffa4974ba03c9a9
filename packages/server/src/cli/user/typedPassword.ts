import { Context, Effect, Redacted } from "effect"
import { Prompt } from "effect/cli"
import { StartError } from "../../StartError.ts"

/** No password is longer, also not with the end of the line behind it. */
const mostBytes = 4_096

/** Where a password comes from that nobody types: standard input. */
export const passwordInput = Context.Reference<AsyncIterable<unknown> & { readonly isTTY?: boolean }>(
  "@wattkit/server/passwordInput",
  { defaultValue: () => process.stdin }
)

/** The first line of it. */
const firstLine = (input: AsyncIterable<unknown>) =>
  Effect.tryPromise({
    try: async () => {
      let text = ""
      for await (const chunk of input) {
        text += String(chunk)
        if (text.includes("\n") || text.length > mostBytes) break
      }
      return Redacted.make(text.split(/\r?\n/)[0] ?? "")
    },
    catch: () => new StartError({ message: "the password cannot be read from standard input." })
  })

/**
 * A password as somebody types it, twice, or from standard input. It never is an argument: those are shown to
 * everybody on the machine, and kept in the history of the shell.
 */
export const typedPassword = Effect.gen(function* () {
  const input = yield* passwordInput
  if (input.isTTY !== true) return yield* firstLine(input)
  const ask = (message: string) => Prompt.run(Prompt.Password({ message }))
  const first = yield* ask("New password:")
  const second = yield* ask("Once more:")
  if (Redacted.value(first) === Redacted.value(second)) return first
  return yield* new StartError({ message: "the two differ; nothing was changed." })
}).pipe(Effect.catchTag("QuitError", () => Effect.fail(new StartError({ message: "nothing was changed." }))))
