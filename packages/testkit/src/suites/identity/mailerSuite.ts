import { assert } from "@effect/vitest"
import { Email, type Mail, Mailer } from "@wattkit/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Check, register, type SuiteOptions } from "../Check.ts"

/** A message as it came to somebody, with `\n` between lines. */
export interface ArrivedMail {
  readonly subject: string
  readonly text: string
  readonly html: string | undefined
}

/** What arrived, read by whoever tests an adapter in a way that is not the adapter's own. */
export interface Arrivals {
  readonly of: (to: Email) => Effect.Effect<ReadonlyArray<ArrivedMail>>
}

/** The key of the Arrivals service. */
export const Arrivals = Context.Service<Arrivals>("@wattkit/testkit/Arrivals")

const freshEmail = (): Email => Email.make(`${globalThis.crypto.randomUUID()}@example.com`)

const arrivedAt = (to: Email) => Effect.flatMap(Arrivals, (arrivals) => arrivals.of(to))

/** Ends of lines and spaces at their ends may be lost on the way: mail is text. */
const normal = (text: string): string => text.replace(/[ \t]+$/gm, "").trimEnd()

const assertArrives = Effect.fnUntraced(function* (mail: Omit<Mail, "to">) {
  const to = freshEmail()
  yield* (yield* Mailer).send({ ...mail, to })
  const arrived = yield* arrivedAt(to)
  assert.strictEqual(arrived.length, 1)
  assert.strictEqual(arrived[0]!.subject, mail.subject)
  assert.strictEqual(normal(arrived[0]!.text), normal(mail.text))
  assert.strictEqual(arrived[0]!.html === undefined ? undefined : normal(arrived[0]!.html), mail.html)
})

const link = `https://energy.example.com/verify?secret=${"wk_Aa0-._~".repeat(12)}&then=%2Fhome=#a=b`

/** Everything a `Mailer` promises, one check for each promise. */
export const mailerChecks: ReadonlyArray<Check<Mailer | Arrivals>> = [
  {
    name: "brings a message to whom it is for, letter by letter",
    run: Effect.gen(function* () {
      yield* assertArrives({ subject: "Confirm your address", text: `Open this:\n\n${link}\n` })
      yield* assertArrives({
        subject: "Grüße – 電力 🔌 ".repeat(12).trim(),
        text: "Zähler 電力 🔌 = 3,5 €\n"
      })
      yield* assertArrives({ subject: `x${" y".repeat(120)} =?UTF-8?B?eA==?=`, text: "=3D =\n=\nx" })
    })
  },
  {
    name: "brings both texts",
    run: assertArrives({
      subject: "Two",
      text: `Plain ${link}`,
      html: `<p>Größe: <a href="${link}">here</a></p>`
    })
  },
  {
    name: "brings lines that a mail server takes for something else",
    run: assertArrives({
      subject: "Dots",
      text: ["first", ".", "..", ".hidden", "", "From here", "--", "QUIT", "x".repeat(3000), "last"].join(
        "\n"
      )
    })
  },
  {
    name: "sends nothing when the subject or the address would begin another line",
    run: Effect.gen(function* () {
      const { send } = yield* Mailer
      const [to, victim] = [freshEmail(), freshEmail()]
      for (const end of ["\r\n", "\n", "\r", "\0"]) {
        const failed = yield* Effect.flip(send({ to, subject: `Hi${end}Bcc: ${victim}`, text: "x" }))
        assert.isFalse(failed.isTemporary)
        const address = `${to}>${end}RCPT TO:<${victim}` as Email
        assert.isFalse((yield* Effect.flip(send({ to: address, subject: "Hi", text: "x" }))).isTemporary)
      }
      assert.deepStrictEqual([yield* arrivedAt(to), yield* arrivedAt(victim)], [[], []])
    })
  },
  {
    name: "brings each of many to its own, once",
    run: Effect.gen(function* () {
      const { send } = yield* Mailer
      const people = Array.from({ length: 20 }, freshEmail)
      yield* Effect.all(
        people.map((to) => send({ to, subject: `For ${to}`, text: `Secret of ${to}` })),
        { concurrency: "unbounded" }
      )
      for (const to of people) {
        assert.deepStrictEqual(
          (yield* arrivedAt(to)).map(({ subject, text }) => [subject, normal(text)]),
          [[`For ${to}`, `Secret of ${to}`]]
        )
      }
    })
  }
]

/** Registers the tests every `Mailer` has to pass. */
export const mailerSuite = <E>(
  name: string,
  layer: Layer.Layer<Mailer | Arrivals, E>,
  options: SuiteOptions = {}
): void => register(`${name}: Mailer`, layer, mailerChecks, options)
