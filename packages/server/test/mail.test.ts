import { createServer, type Server, type Socket } from "node:net"
import type { AddressInfo } from "node:net"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Email } from "@wattkit/core"
import { Arrivals, mailerSuite } from "@wattkit/testkit/suites"
import { Effect, Layer, Redacted } from "effect"
import { layer, make } from "../src/identity/mailer/smtp.ts"
import type { SmtpOptions } from "../src/identity/mailer/SmtpOptions.ts"
import { type MailServer, startMailServer } from "./fixtures/smtp/MailServer.ts"

const plain = await startMailServer()
const starttls = await startMailServer({ starttls: true, login: ["ada", "pass wörd"], international: false })
const tls = await startMailServer({ tls: true, login: ["ada", "pass wörd"], without: ["PLAIN"] })
afterAll(() => Promise.all([plain, starttls, tls].map((server) => server.close())))

const sender = { name: "", email: "no-reply@example.com" }
const login = { user: "ada", password: Redacted.make("pass wörd") }

const optionsOf = (server: MailServer): SmtpOptions => ({
  host: "localhost",
  port: server.port,
  security: "none",
  login: undefined,
  sender,
  ca: server.ca
})

const encrypted: SmtpOptions = { ...optionsOf(starttls), security: "starttls", login }
const to = (local: string) => Email.make(`${local}@example.com`)
const mail = (local: string) => ({ to: to(local), subject: "Hi", text: "A secret: wk_ot_12345" })

const newest = Effect.fnUntraced(function* (server: MailServer, email: Email) {
  const found = (yield* Effect.promise(server.arrived)).findLast((one) => one.to.includes(email))
  assert.isDefined(found)
  return found
})

const arrivals = (server: MailServer) =>
  Layer.succeed(Arrivals, {
    of: (email) =>
      Effect.map(Effect.promise(server.arrived), (all) =>
        all
          .filter((one) => one.to.includes(email))
          .map(({ headers, html, text }) => ({
            subject: headers["Subject"] ?? "",
            text,
            html: html ?? undefined
          }))
      )
  })

mailerSuite("SMTP", Layer.merge(layer(optionsOf(plain)), arrivals(plain)))
mailerSuite("SMTP with STARTTLS", Layer.merge(layer(encrypted), arrivals(starttls)))

const failing = (options: SmtpOptions, local = "somebody") => Effect.flip(make(options).send(mail(local)))

describe("a message", () => {
  it.live("says who it is from, when, and that no person wrote it", () =>
    Effect.gen(function* () {
      const from = { name: 'Zähler & "Söhne", GmbH', email: "no-reply@bücher.example" }
      const html = `<p>${"ä".repeat(400)}</p>`
      yield* make({ ...optionsOf(plain), sender: from }).send({ ...mail("headers"), html })
      const { bare, defects, headers, kind, longest, sender: envelope } = yield* newest(plain, to("headers"))
      assert.strictEqual(envelope, "no-reply@xn--bcher-kva.example")
      assert.include(headers["From"], "Söhne")
      assert.include(headers["From"], "<no-reply@xn--bcher-kva.example>")
      assert.match(headers["Message-ID"]!, /^<[0-9a-f-]{36}@xn--bcher-kva\.example>$/)
      assert.isBelow(Math.abs(Date.parse(headers["Date"]!) - Date.now()), 60_000)
      assert.strictEqual(headers["Auto-Submitted"], "auto-generated")
      assert.strictEqual(kind, "multipart/alternative")
      assert.deepStrictEqual([defects, bare], [[], 0])
      assert.isAtMost(longest, 76)
    })
  )

  it.live("goes to an address of any letters where the server takes those", () =>
    Effect.gen(function* () {
      yield* make(optionsOf(plain)).send(mail("zoë"))
      assert.strictEqual((yield* newest(plain, to("zoë"))).text.trim(), "A secret: wk_ot_12345")
      const error = yield* failing(encrypted, "zoë")
      assert.include(error.message, "beyond ASCII")
      assert.isFalse(error.isTemporary)
    })
  )
})

describe("encryption", () => {
  it.live("comes before the password, by STARTTLS or from the first byte", () =>
    Effect.gen(function* () {
      yield* make(encrypted).send(mail("starttls"))
      const one = yield* newest(starttls, to("starttls"))
      assert.deepStrictEqual([one.encrypted, one.login], [true, "ada"])
      // This server offers LOGIN alone.
      yield* make({ ...optionsOf(tls), security: "tls", login }).send(mail("tls"))
      const other = yield* newest(tls, to("tls"))
      assert.deepStrictEqual([other.encrypted, other.login], [true, "ada"])
    })
  )

  it.live("is not done without", () =>
    Effect.gen(function* () {
      const error = yield* failing({ ...optionsOf(plain), security: "starttls", login })
      assert.include(error.message, "offers no encryption")
      assert.isFalse(error.isTemporary)
    })
  )

  it.live("is with whom it should be", () =>
    Effect.gen(function* () {
      for (const other of [{ ca: undefined }, { host: "127.0.0.1" }]) {
        const error = yield* failing({ ...encrypted, ...other })
        assert.match(error.message, /certificate|altnames/i)
      }
      assert.isFalse((yield* Effect.promise(starttls.arrived)).some((one) => one.to.includes(to("somebody"))))
    })
  )
})

describe("a failure", () => {
  it.live("is temporary where the server says so, and for good where it says so", () =>
    Effect.gen(function* () {
      const full = yield* failing(optionsOf(plain), "full")
      assert.deepStrictEqual(
        [full.isTemporary, full.message.includes("452 4.2.2 the box is full")],
        [true, true]
      )
      const nobody = yield* failing(optionsOf(plain), "nobody")
      assert.deepStrictEqual([nobody.isTemporary, nobody.message.includes("550 5.1.1")], [false, true])
    })
  )

  it.live("tells no secret: neither the password nor what the message says", () =>
    Effect.gen(function* () {
      const wrong = { user: "ada", password: Redacted.make("not-the-password") }
      const error = yield* failing({ ...encrypted, login: wrong })
      assert.include(error.message, "535")
      assert.isFalse(error.isTemporary)
      const repeated = yield* Effect.flip(
        make(optionsOf(plain)).send({ ...mail("x"), text: "X-Refuse wk_ot_12345" })
      )
      assert.include(repeated.message, "554")
      for (const text of [
        JSON.stringify(error),
        JSON.stringify(repeated),
        String(error.stack),
        repeated.message
      ]) {
        for (const secret of ["not-the-password", "bm90LXRoZS1wYXNzd29yZA", "wk_ot_12345"]) {
          assert.notInclude(text, secret)
        }
      }
    })
  )
})

/** A server that says what it is told to, and nothing else. */
const speaking = (say: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<Server>((resolve) => {
          const server = createServer((socket) => {
            socket.on("error", () => socket.destroy())
            say(socket)
          })
          server.listen(0, "127.0.0.1", () => resolve(server))
        })
    ),
    (server) => Effect.sync(() => server.close())
  ).pipe(
    Effect.map((server) => ({
      ...optionsOf(plain),
      host: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
      replyMs: 300,
      wholeMs: 1000
    }))
  )

describe("a server that is none", () => {
  it.live.each([
    ["is not there", "ECONNREFUSED", undefined],
    ["says nothing", "does not answer", () => {}],
    ["hangs up", "hung up", (socket: Socket) => socket.end()],
    ["speaks of something else", "does not speak SMTP", (socket: Socket) => socket.write("SSH-2.0-x\r\n")],
    ["does not stop talking", "stop talking", (socket: Socket) => socket.write("220-x\r\n".repeat(20_000))],
    ["turns people away", "421 come later", (socket: Socket) => socket.write("421 come later\r\n")],
    [
      "speaks too slowly",
      "took too long",
      (socket: Socket) => {
        const timer = setInterval(() => socket.write("220-x\r\n"), 50)
        socket.on("close", () => clearInterval(timer))
      }
    ]
  ] as const)("%s", ([, message, say]) =>
    Effect.gen(function* () {
      const options = say === undefined ? { ...optionsOf(plain), port: 1 } : yield* speaking(say)
      const error = yield* failing(options)
      assert.include(error.message, message)
      assert.isTrue(error.isTemporary)
    }).pipe(Effect.scoped)
  )

  it.live("says more before it is encrypted than it was asked", () =>
    Effect.gen(function* () {
      const options = yield* speaking((socket) => {
        socket.write("220 hello\r\n")
        socket.on("data", (bytes) => {
          const isHello = bytes.toString().startsWith("EHLO")
          socket.write(isHello ? "250-x\r\n250 STARTTLS\r\n" : "220 go on\r\n250-x\r\n250 AUTH PLAIN\r\n")
        })
      })
      const error = yield* failing({ ...options, security: "starttls", login })
      assert.include(error.message, "before it was encrypted")
    }).pipe(Effect.scoped)
  )
})
