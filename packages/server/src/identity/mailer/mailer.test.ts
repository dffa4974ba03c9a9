import { assert, describe, it } from "@effect/vitest"
import { Email, Mailer } from "@wattkit/core"
import { Effect, Layer, Logger } from "effect"
import { layer } from "./mailer.ts"
import * as Console from "./console.ts"

const identity = { secret: undefined, smtp: undefined, registration: undefined, sessionDays: 7 }
const link = "https://energy.example.com/verify#wk_ot_12345"
const mail = {
  to: Email.make("ada@example.com"),
  subject: "Confirm",
  text: `Open \u001b[2J${link}\u0007\nBye`
}

/** What the log says while something is sent. */
const logged = (environment: string) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const log = Logger.make(({ message }) => void lines.push(String(message)))
    const outcome = yield* Effect.flatMap(Mailer, ({ send }) => send(mail)).pipe(
      Effect.provide(Layer.provideMerge(layer({ environment, identity }), Logger.layer([log]))),
      Effect.match({ onFailure: (error) => error.message, onSuccess: () => "sent" })
    )
    return { outcome, said: lines.join("\n") }
  })

describe("without a mail server", () => {
  it.effect("a developer finds the message in the log, as harmless text", () =>
    Effect.gen(function* () {
      const { outcome, said } = yield* logged("development")
      assert.strictEqual(outcome, "sent")
      assert.include(said, `Confirm, to ada@example.com\nOpen [2J${link}\nBye`)
    })
  )

  it.effect("a server that runs for good says that nothing was sent, and its log nothing", () =>
    Effect.gen(function* () {
      const { outcome, said } = yield* logged("production")
      assert.include(outcome, "set WATTKIT_SMTP_URL")
      assert.strictEqual(said, "")
    })
  )

  it.effect("nobody shows messages in production by mistake", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(
        Effect.scoped(Layer.build(Console.layer({ environment: "production" })))
      )
      assert.include(message, "WATTKIT_ENVIRONMENT")
    })
  )
})
