import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted } from "effect"
import { identityConfigOf } from "./settings.ts"

const none = {
  secret: undefined,
  smtpUrl: undefined,
  mailFrom: undefined,
  registration: undefined,
  sessionDays: "7"
}

const mail = (url: string, mailFrom: string | undefined = "no-reply@example.com") =>
  identityConfigOf({ ...none, smtpUrl: Redacted.make(url), mailFrom })

describe("the settings of mail", () => {
  it.effect.each([
    ["smtp://mail.example.com", ["mail.example.com", 587, "starttls", undefined]],
    ["smtp://ada:p%40ss@mail.example.com:2525", ["mail.example.com", 2525, "starttls", ["ada", "p@ss"]]],
    ["smtps://ada:p@mail.example.com/", ["mail.example.com", 465, "tls", ["ada", "p"]]],
    ["smtp://relay:25?tls=off", ["relay", 25, "none", undefined]],
    ["smtp://localhost:1025", ["localhost", 1025, "none", undefined]],
    ["smtp://ada:p@127.0.0.1:1025", ["127.0.0.1", 1025, "none", ["ada", "p"]]],
    ["smtp://[::1]:1025", ["::1", 1025, "none", undefined]],
    ["smtp://localhost?tls=starttls", ["localhost", 587, "starttls", undefined]]
  ] as const)("read %s", ([url, expected]) =>
    Effect.gen(function* () {
      const { smtp } = yield* mail(url)
      const { host, login, port, security } = smtp!
      const shown = login === undefined ? undefined : [login.user, Redacted.value(login.password)]
      assert.deepStrictEqual([host, port, security, shown], [...expected])
    })
  )

  it.effect.each([
    [""],
    ["mail.example.com"],
    ["https://hunter2:hunter2@mail.example.com"],
    ["smtp://ada:hunter2@mail.example.com?tls=off"],
    ["smtp://ada:hunter2@mail.example.com?tls=maybe"],
    ["smtp://ada:hunter2@mail.example.com?verify=no"],
    ["smtps://ada:hunter2@mail.example.com?tls=off"],
    ["smtp://ada:hunter2%@mail.example.com"],
    ["smtp://:hunter2@mail.example.com"],
    ["smtp://ada:hunter2@mail.example.com/path"],
    ["smtp://ada:hunter2%00x@mail.example.com"]
  ] as const)("refuse %s and do not repeat it", ([url]) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(mail(url))
      assert.isTrue(Exit.isFailure(exit))
      const said = Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
      assert.include(said, "WATTKIT_SMTP_URL must be")
      assert.notInclude(said, "hunter2")
    })
  )

  it.effect.each([
    ["no-reply@example.com", "", "no-reply@example.com"],
    ["<No-Reply@example.com>", "", "no-reply@example.com"],
    ["Zähler & Co <no-reply@example.com>", "Zähler & Co", "no-reply@example.com"],
    ['"Zähler, Co" <no-reply@example.com>', "Zähler, Co", "no-reply@example.com"]
  ] as const)("read %s", ([from, name, email]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* mail("smtp://localhost", from)).smtp?.sender, { name, email })
    })
  )

  it.effect.each([
    ["nobody"],
    ["a@example.com, b@example.com"],
    ["<a@example.com> x"],
    ["x\r\nBcc: v@example.com <a@example.com>"]
  ])("refuse %j", ([from]) =>
    Effect.gen(function* () {
      assert.include((yield* Effect.flip(mail("smtp://localhost", from))).message, "WATTKIT_MAIL_FROM")
    })
  )

  it.effect("belong together", () =>
    Effect.gen(function* () {
      const alone = identityConfigOf({ ...none, smtpUrl: Redacted.make("smtp://localhost") })
      assert.include((yield* Effect.flip(alone)).message, "needs WATTKIT_MAIL_FROM")
      const expected = { secret: undefined, smtp: undefined, registration: undefined, sessionDays: 7 }
      assert.deepStrictEqual(yield* identityConfigOf(none), expected)
    })
  )
})

describe("the secret", () => {
  it.effect("is refused without being repeated when it is weak", () =>
    Effect.gen(function* () {
      const secret = Redacted.make("changeme".repeat(6))
      const { message } = yield* Effect.flip(identityConfigOf({ ...none, secret }))
      assert.include(message, "must be random. Make one with: openssl")
      assert.notInclude(message, "changeme")
    })
  )
})
