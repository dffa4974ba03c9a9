import type { MailText } from "../identity/mails/MailText.ts"

/**
 * Neither the name of the tenant nor that of the person stands here: both were typed by whoever invites, who
 * could have words of their own sent to strangers in our name.
 */
const begins = (by: string | undefined): string =>
  by === undefined ? "You were invited to wattkit." : `${by} invited you to wattkit.`

/** To somebody who has to choose a password first. */
export const invitation = (url: string, by: string | undefined): MailText => ({
  subject: "You are invited to wattkit",
  before: [begins(by)],
  link: { words: "Choose a password and come in", url },
  after: ["The link works once, within 7 days.", "If you expected nothing of this kind, ignore this message."]
})

/** To somebody who signs in already. */
export const welcome = (url: string, by: string | undefined): MailText => ({
  subject: "You are a member of one more tenant",
  before: [begins(by), "You find the new tenant after you signed in as you always do."],
  link: { words: "Go to wattkit", url },
  after: ["Its administrators can see your name and address. They can change nothing of yours."]
})
