import { hostname } from "node:os"
import { Email, type Mail, Mailer, MailError } from "@wattkit/core"
import { Clock, Effect, Layer, Redacted, Schema, Semaphore } from "effect"
import { breaksLine, mailbox } from "./headers.ts"
import { compose } from "./message.ts"
import { open, type Reply, type SmtpConnection } from "./SmtpConnection.ts"
import type { SmtpOptions } from "./SmtpOptions.ts"

/** So many connections at once; a rush of messages waits. */
const atOnce = 4

const never = (message: string): MailError => new MailError({ message, isTemporary: false })

/**
 * What the server said against a step. Its own words stand in it only as long as it has seen no secret: some
 * repeat what they were told.
 */
const refused = (step: string, { code, lines }: Reply, isSecret: boolean): MailError => {
  const words = isSecret
    ? ""
    : ` ${lines
        .join(" ")
        .replace(/[^\x20-\x7e]/g, "?")
        .slice(0, 200)}`
  return new MailError({
    message: `the mail server said ${code}${words} to ${step}`,
    isTemporary: code < 500
  })
}

/** Says something and expects an answer of a kind: 2 for done, 3 for go on. */
const ask = async (connection: SmtpConnection, step: string, line: string, kind = 2, isSecret = false) => {
  connection.write(`${line}\r\n`)
  const reply = await connection.read()
  if (Math.floor(reply.code / 100) !== kind) throw refused(step, reply, isSecret)
  return reply
}

/** What a server can do beyond the least, by keyword. */
type Extensions = ReadonlyMap<string, ReadonlyArray<string>>

const own = (): string =>
  /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(hostname()) ? hostname() : "[127.0.0.1]"

const hello = async (connection: SmtpConnection): Promise<Extensions> => {
  const { lines } = await ask(connection, "EHLO", `EHLO ${own()}`)
  const words = lines.slice(1).map((line) => line.trim().toUpperCase().split(/[ =]+/))
  return new Map(words.map(([name = "", ...rest]) => [name, rest]))
}

const base64 = (text: string): string => Buffer.from(text).toString("base64")

const signIn = async (
  connection: SmtpConnection,
  ways: ReadonlyArray<string>,
  { password, user }: NonNullable<SmtpOptions["login"]>
) => {
  const secret = Redacted.value(password)
  if (ways.includes("PLAIN")) {
    await ask(connection, "AUTH PLAIN", `AUTH PLAIN ${base64(`\0${user}\0${secret}`)}`, 2, true)
  } else if (ways.includes("LOGIN")) {
    await ask(connection, "AUTH LOGIN", "AUTH LOGIN", 3, true)
    await ask(connection, "AUTH LOGIN", base64(user), 3, true)
    await ask(connection, "AUTH LOGIN", base64(secret), 2, true)
  } else throw never("the mail server takes no password: it offers neither AUTH PLAIN nor AUTH LOGIN")
}

/** Everything before the message: who we are, encryption, password. */
const prepare = async (connection: SmtpConnection, options: SmtpOptions): Promise<Extensions> => {
  const greeting = await connection.read()
  if (greeting.code !== 220) throw refused("the connection", greeting, false)
  let extensions = await hello(connection)
  if (options.security === "starttls") {
    if (!extensions.has("STARTTLS")) throw never("the mail server offers no encryption (STARTTLS)")
    await ask(connection, "STARTTLS", "STARTTLS")
    await connection.encrypt()
    extensions = await hello(connection)
  }
  if (options.login !== undefined) await signIn(connection, extensions.get("AUTH") ?? [], options.login)
  return extensions
}

const isAscii = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

const handOver = async (connection: SmtpConnection, options: SmtpOptions, mail: Mail, now: number) => {
  const extensions = await prepare(connection, options)
  const [from, to] = [mailbox(options.sender.email), mailbox(mail.to)]
  const isInternational = !isAscii(from) || !isAscii(to)
  if (isInternational && !extensions.has("SMTPUTF8")) {
    throw never("the mail server takes no address with letters beyond ASCII before the @")
  }
  await ask(connection, "MAIL", `MAIL FROM:<${from}>${isInternational ? " BODY=8BITMIME SMTPUTF8" : ""}`)
  await ask(connection, "RCPT", `RCPT TO:<${to}>`)
  await ask(connection, "DATA", "DATA", 3)
  // A line that is a dot would end the message, so each that begins with one gets another.
  const content = compose(mail, options.sender, now).replace(/^\./gm, "..")
  await ask(connection, "the message", `${content}\r\n.`, 2, true)
  connection.write("QUIT\r\n")
}

const isEmail = Schema.is(Email)

/** Why a message cannot be one, whatever the server. */
const unsendable = ({ subject, to }: Mail): string | undefined => {
  if (!isEmail(to)) return "the address is no e-mail address"
  return breaksLine(subject) ? "the subject has characters that would end its line" : undefined
}

const send = Effect.fnUntraced(function* (options: SmtpOptions, mail: Mail) {
  const why = unsendable(mail)
  if (why !== undefined) return yield* never(why)
  const now = yield* Clock.currentTimeMillis
  yield* Effect.acquireUseRelease(
    Effect.sync(() => open(options)),
    (connection) =>
      Effect.tryPromise({
        try: () => handOver(connection, options, mail, now),
        catch: (error) =>
          error instanceof MailError
            ? error
            : new MailError({ message: "the mail server cannot be used", isTemporary: true })
      }),
    (connection) => Effect.sync(connection.close)
  )
})

/** Hands every message to one mail server, over a connection of its own. */
export const make = (options: SmtpOptions): Mailer => {
  const turns = Semaphore.makeUnsafe(atOnce)
  const slow = new MailError({ message: "the mail server took too long", isTemporary: true })
  return {
    send: (mail) =>
      send(options, mail).pipe(
        Effect.timeoutOrElse({
          duration: options.wholeMs ?? 60_000,
          orElse: () => Effect.fail(slow)
        }),
        turns.withPermit
      )
  }
}

/** Sends over SMTP. */
export const layer = (options: SmtpOptions): Layer.Layer<Mailer> => Layer.sync(Mailer, () => make(options))
