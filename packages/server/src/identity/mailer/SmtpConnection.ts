import { connect as connectPlain, isIP, type Socket } from "node:net"
import { connect as connectTls, type ConnectionOptions } from "node:tls"
import { MailError } from "@wattkit/core"
import type { SmtpOptions } from "./SmtpOptions.ts"

/** What the server answers: a code of three digits, and lines of text. */
export interface Reply {
  readonly code: number
  readonly lines: ReadonlyArray<string>
}

/** A connection over which one says something and waits for the answer. */
export interface SmtpConnection {
  readonly read: () => Promise<Reply>
  readonly write: (text: string) => void
  /** Goes on encrypted. */
  readonly encrypt: () => Promise<void>
  readonly close: () => void
}

/** More than any server has to say at once. */
const mostUnread = 64 * 1024

const lost = (why: string): MailError =>
  new MailError({ message: `the mail server cannot be used: ${why}`, isTemporary: true })

/** Takes the first whole reply off a text, or tells that it is none. */
const takeReply = (text: string): { readonly reply: Reply; readonly rest: string } | undefined => {
  const lines: Array<string> = []
  for (let at = 0; ;) {
    const end = text.indexOf("\n", at)
    if (end === -1) return undefined
    const line = text.slice(at, end).replace(/\r$/, "")
    if (!/^[2-5]\d\d(?:[ -]|$)/.test(line)) throw lost("it does not speak SMTP")
    lines.push(line.slice(4))
    at = end + 1
    if (line[3] !== "-") return { reply: { code: Number(line.slice(0, 3)), lines }, rest: text.slice(at) }
  }
}

interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: unknown) => void
}

/** Reads the replies of one socket; `unread` tells whether it has said more than was asked. */
const listen = (socket: Socket, replyMs: number) => {
  let text = ""
  let waiting: Waiting | undefined
  let failure: unknown
  const settle = () => {
    if (waiting === undefined) return
    try {
      const taken = takeReply(text)
      if (taken === undefined && failure === undefined) return
      if (taken === undefined) waiting.reject(failure)
      else {
        text = taken.rest
        waiting.resolve(taken.reply)
      }
    } catch (error) {
      waiting.reject(error)
    }
    waiting = undefined
  }
  const fail = (error: MailError) => {
    failure ??= error
    settle()
    socket.destroy()
  }
  const onData = (bytes: Buffer) => {
    text += bytes.toString("latin1")
    if (text.length > mostUnread) fail(lost("it does not stop talking"))
    else settle()
  }
  socket.setTimeout(replyMs, () => fail(lost("it does not answer")))
  socket.on("data", onData)
  socket.on("error", (error) => fail(lost(error.message)))
  socket.on("close", () => fail(lost("it hung up")))
  return {
    read: () =>
      new Promise<Reply>((resolve, reject) => {
        waiting = { resolve, reject }
        settle()
      }),
    unread: () => text !== "",
    stop: () => socket.off("data", onData)
  }
}

const tlsOptions = ({ ca, host }: SmtpOptions): ConnectionOptions => ({
  host,
  minVersion: "TLSv1.2",
  ...(isIP(host) === 0 ? { servername: host } : {}),
  ...(ca === undefined ? {} : { ca })
})

/** Connects; the greeting is the first reply. */
export const open = (options: SmtpOptions): SmtpConnection => {
  const { host, port, replyMs = 30_000, security } = options
  let socket: Socket =
    security === "tls" ? connectTls({ ...tlsOptions(options), port }) : connectPlain({ host, port })
  let heard = listen(socket, replyMs)
  return {
    read: () => heard.read(),
    write: (text) => void socket.write(text),
    encrypt: async () => {
      // Whoever sits between could have said more, to be taken for what the server says encrypted.
      if (heard.unread()) throw lost("it went on talking before it was encrypted")
      heard.stop()
      const plain = socket
      plain.setTimeout(0)
      const encrypted = connectTls({ ...tlsOptions(options), socket: plain })
      socket = encrypted
      heard = listen(encrypted, replyMs)
    },
    close: () => socket.destroy()
  }
}
