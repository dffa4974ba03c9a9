import { assert, describe, it } from "@effect/vitest"
import { layerServerSecret, type Mail, Mailer, Memory, PasswordHasher, ServerSecret } from "@wattkit/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Check } from "../Check.ts"
import { Arrivals, mailerChecks } from "../identity/mailerSuite.ts"
import { passwordHasherChecks } from "../identity/passwordHasherSuite.ts"
import { serverSecretChecks } from "../identity/serverSecretSuite.ts"

/** Runs the check of a name over a layer that is wrong, and expects it to see that. */
const sees = <R>(checks: ReadonlyArray<Check<R>>, name: string, layer: Layer.Layer<R>) =>
  Effect.gen(function* () {
    const check = checks.find((one) => one.name === name)
    assert.isDefined(check, `there is a check “${name}”`)
    const exit = yield* Effect.exit(Effect.provide(Effect.scoped(check.run), layer))
    assert.isTrue(Exit.isFailure(exit), "the check saw nothing")
  })

const spoiled = <R, I extends R, S extends object>(
  key: Context.Key<I, S>,
  layer: Layer.Layer<R>,
  spoil: (right: S) => Partial<S>
): Layer.Layer<R> =>
  Layer.effectContext(
    Effect.map(Effect.provide(Effect.context<R>(), layer), (context) => {
      const right = Context.get(context, key)
      return Context.add(context, key, { ...right, ...spoil(right) })
    })
  )

const same = "knows the password of a hash, and that no other is it"

/** A hasher that takes a password for another one. */
const seeing = (change: (text: string) => string) => (right: PasswordHasher) => {
  const changed = (password: Redacted.Redacted) => Redacted.make(change(Redacted.value(password)))
  return {
    hash: (password: Redacted.Redacted) => right.hash(changed(password)),
    verify: (password: Redacted.Redacted, hash: string | null) => right.verify(changed(password), hash)
  }
}

describe("the suite of password hashers", () => {
  const mistakes: Record<string, readonly [string, (right: PasswordHasher) => Partial<PasswordHasher>]> = {
    "cuts after 72 bytes": [same, seeing((text) => text.slice(0, 72))],
    "ends at a NUL": [same, seeing((text) => text.split("\0")[0]!)],
    "folds letters": [same, seeing((text) => text.toLowerCase())],
    trims: [same, seeing((text) => text.trim())],
    "calls its own hashes outdated": [
      same,
      ({ verify }) => ({
        verify: (password, hash) =>
          Effect.map(verify(password, hash), (one) => ({ ...one, isOutdated: true }))
      })
    ],
    "keeps the password": [
      "tells nothing by the hash: not the password, and not who has the same",
      ({ hash }) => ({
        hash: (password) => Effect.map(hash(password), (text) => `${text}$${Redacted.value(password)}`)
      })
    ],
    "says yes without a hash": [
      "says no without a hash",
      ({ verify }) => ({
        verify: (password, hash) =>
          hash === null ? Effect.succeed({ isRight: true, isOutdated: false }) : verify(password, hash)
      })
    ],
    "fails on what it cannot read": [
      "says no to a hash that it cannot read",
      ({ verify }) => ({
        verify: (password, hash) => (hash === "$2b$" ? Effect.die("unreadable") : verify(password, hash))
      })
    ],
    "answers one with the hash of another": [
      "answers each of many who come at once with their own",
      ({ hash }) => {
        let last = Redacted.make("")
        return {
          hash: (password) => {
            last = password
            return Effect.flatMap(Effect.yieldNow, () => hash(last))
          }
        }
      }
    ]
  }
  it.effect.each(Object.entries(mistakes))("sees one that %s", ([, [seenBy, spoil]]) =>
    sees(passwordHasherChecks, seenBy, spoiled(PasswordHasher, Memory.layerPasswordHasher, spoil))
  )
})

describe("the suite of server secrets", () => {
  const right = layerServerSecret(new Uint8Array(32).fill(7))
  const mistakes: Record<string, readonly [string, (right: ServerSecret) => Partial<ServerSecret>]> = {
    "makes another key each time": [
      "makes a key of 32 bytes, the same each time and however many ask",
      () => ({ derive: () => Effect.sync(() => crypto.getRandomValues(new Uint8Array(32))) })
    ],
    "makes short keys": [
      "makes a key of 32 bytes, the same each time and however many ask",
      ({ derive }) => ({ derive: (purpose) => Effect.map(derive(purpose), (key) => key.slice(0, 16)) })
    ],
    "cuts purposes": [
      "makes another key for every purpose",
      ({ derive }) => ({ derive: (purpose) => derive(purpose.slice(0, 300)) })
    ],
    "gives its own key away": [
      "does not mind what is done with a key",
      () => {
        const key = new Uint8Array(32).fill(1)
        return { derive: () => Effect.succeed(key) }
      }
    ]
  }
  it.effect.each(Object.entries(mistakes))("sees one that %s", ([, [seenBy, spoil]]) =>
    sees(serverSecretChecks, seenBy, spoiled(ServerSecret, right, spoil))
  )
})

describe("the suite of mailers", () => {
  const letters = "brings a message to whom it is for, letter by letter"
  const arrivals = Layer.effect(
    Arrivals,
    Effect.map(Memory.Outbox, ({ sent }) => ({
      of: (to) =>
        Effect.map(sent, (mails) =>
          mails.filter((mail) => mail.to === to).map(({ html, subject, text }) => ({ subject, text, html }))
        )
    }))
  )
  const right = Layer.provideMerge(arrivals, Memory.layerMailer)
  const changing =
    (change: (mail: Mail) => Mail) =>
    ({ send }: Mailer): Partial<Mailer> => ({ send: (mail) => send(change(mail)) })
  const mistakes: Record<string, readonly [string, (right: Mailer) => Partial<Mailer>]> = {
    "sends nothing": [letters, () => ({ send: () => Effect.void })],
    "sends twice": [letters, ({ send }) => ({ send: (mail) => Effect.andThen(send(mail), send(mail)) })],
    "has no letters but ASCII": [
      letters,
      changing((mail) => ({ ...mail, subject: mail.subject.replace(/[^\x20-\x7e]/g, "?") }))
    ],
    "reads = as an escape": [letters, changing((mail) => ({ ...mail, text: mail.text.replace("=3D", "=") }))],
    "leaves the second text out": [
      "brings both texts",
      changing(({ subject, text, to }) => ({ subject, text, to }))
    ],
    "ends at a dot": [
      "brings lines that a mail server takes for something else",
      changing((mail) => ({ ...mail, text: mail.text.split("\n.\n")[0]! }))
    ],
    "cuts long lines": [
      "brings lines that a mail server takes for something else",
      changing((mail) => ({ ...mail, text: mail.text.replace(/.{998}/g, "$&\n") }))
    ],
    "lets a subject begin another line": [
      "sends nothing when the subject or the address would begin another line",
      changing((mail) => ({ ...mail, subject: mail.subject.replace(/\p{Cc}/gu, " ") }))
    ],
    "mixes up who gets what": [
      "brings each of many to its own, once",
      ({ send }) => {
        let last: Mail["to"] | undefined
        return {
          send: (mail) => {
            last = mail.to
            return Effect.flatMap(Effect.yieldNow, () => send({ ...mail, to: last! }))
          }
        }
      }
    ]
  }
  it.effect.each(Object.entries(mistakes))("sees one that %s", ([, [seenBy, spoil]]) =>
    sees(mailerChecks, seenBy, spoiled(Mailer, right, spoil))
  )
})
