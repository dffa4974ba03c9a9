import { layerServerSecret, Memory } from "@wattkit/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Suites from "../index.ts"

/** What arrived where nothing is sent: what is in the outbox. */
const arrivals = Layer.effect(
  Suites.Arrivals,
  Effect.map(Memory.Outbox, ({ sent }) => ({
    of: (to) =>
      Effect.map(sent, (mails) =>
        mails.filter((mail) => mail.to === to).map(({ html, subject, text }) => ({ subject, text, html }))
      )
  }))
)

Suites.mailerSuite("memory", Layer.provideMerge(arrivals, Memory.layerMailer))
Suites.passwordHasherSuite("memory", Memory.layerPasswordHasher)
Suites.serverSecretSuite("bytes", layerServerSecret(new Uint8Array(32).fill(7)))
