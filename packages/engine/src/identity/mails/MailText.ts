import type { Email, Mail } from "@wattkit/core"

/** What a message says: paragraphs, and between them at most one link. */
export interface MailText {
  readonly subject: string
  readonly before: ReadonlyArray<string>
  readonly link?: { readonly words: string; readonly url: string }
  readonly after: ReadonlyArray<string>
}

const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => marks[mark] ?? mark)

const paragraph = (html: string): string => `<p>${html}</p>`

/** The message to a person, as plain text and as HTML that loads nothing from anywhere. */
export const mailOf = (to: Email, { after, before, link, subject }: MailText): Mail => {
  const shown = link === undefined ? [] : [`${link.words}:\n${link.url}`]
  const linked =
    link === undefined ? [] : [`<a href="${escaped(link.url)}">${escaped(link.words)}</a>`, escaped(link.url)]
  const body = [...before.map(escaped), ...linked, ...after.map(escaped)].map(paragraph).join("\n")
  return {
    to,
    subject,
    text: [...before, ...shown, ...after].join("\n\n"),
    html: `<!doctype html>\n<html lang="en"><body>\n${body}\n</body></html>`
  }
}
