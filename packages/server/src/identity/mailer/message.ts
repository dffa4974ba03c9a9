import { randomBytes, randomUUID } from "node:crypto"
import type { Mail } from "@wattkit/core"
import { encodedText, encodedWords, mailbox } from "./headers.ts"
import { quotedPrintable } from "./quotedPrintable.ts"

/** Who a message is from. */
export interface Sender {
  readonly name: string
  readonly email: string
}

const part = (kind: string, text: string): string =>
  [
    `Content-Type: text/${kind}; charset=utf-8`,
    "Content-Transfer-Encoding: quoted-printable",
    "",
    quotedPrintable(text)
  ].join("\r\n")

const body = ({ html, text }: Mail): string => {
  if (html === undefined) return part("plain", text)
  // Quoted-printable has no "=_", so no text can end its part.
  const boundary = `=_${randomBytes(16).toString("hex")}`
  return [
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"`,
    "",
    `--${boundary}`,
    part("plain", text),
    `--${boundary}`,
    part("html", html),
    `--${boundary}--`
  ].join("\r\n")
}

const from = ({ email, name }: Sender): string => {
  const address = `<${mailbox(email)}>`
  if (name === "") return address
  // A name with other characters would have to be quoted; as an encoded word it needs not.
  const isWord = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/.test(name) && name.length <= 60
  return isWord ? `${name} ${address}` : `${encodedWords(name)}\r\n ${address}`
}

/** The message as it is handed over, lines ending with CR LF. */
export const compose = (mail: Mail, sender: Sender, now: number): string =>
  [
    `From: ${from(sender)}`,
    `To: <${mailbox(mail.to)}>`,
    `Subject: ${encodedText(mail.subject)}`,
    `Date: ${new Date(now).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${randomUUID()}@${mailbox(sender.email).split("@").at(-1)!}>`,
    "MIME-Version: 1.0",
    // Nobody's absence note should answer a message that nobody wrote.
    "Auto-Submitted: auto-generated",
    body(mail)
  ].join("\r\n")
