import type { MailText } from "./MailText.ts"

const notYou = "If this was not you, ignore this message; nothing happens without the link."

/**
 * What people are told by mail. None of it repeats what somebody typed, or anybody could have words of their
 * own sent to others in our name.
 */
export const confirmAddress = (url: string): MailText => ({
  subject: "Confirm your address",
  before: ["Somebody registered with this address at wattkit."],
  link: { words: "Confirm the address", url },
  after: ["The link works once, within 24 hours.", notYou]
})

/** To somebody who registers and has been registered for long. */
export const alreadyRegistered = (url: string): MailText => ({
  subject: "You are registered already",
  before: [
    "Somebody tried to register with this address at wattkit. It is registered, so nothing was changed.",
    "If it was you: sign in with your password, or choose a new one if you forgot it."
  ],
  link: { words: "Go to wattkit", url },
  after: []
})

export const resetPassword = (url: string): MailText => ({
  subject: "Choose a new password",
  before: ["Somebody asked for a new password for this address at wattkit."],
  link: { words: "Choose a new password", url },
  after: ["The link works once, within 30 minutes.", notYou]
})

export const passwordChanged = (url: string): MailText => ({
  subject: "Your password was changed",
  before: ["Your password at wattkit was changed, and you were signed out everywhere else."],
  link: { words: "If it was not you, choose a new password here", url },
  after: []
})

/** A refresh token came a second time, so two have it. */
export const sessionStolen = (url: string): MailText => ({
  subject: "Somebody else used your session",
  before: [
    "A session of yours at wattkit was used from two places, which only happens when it was copied.",
    "We ended it. Sign in again, and change your password if you do not know how this could happen."
  ],
  link: { words: "Go to wattkit", url },
  after: []
})

export const secondFactorOn = (url: string): MailText => ({
  subject: "Signing in asks for a code now",
  before: ["An authenticator was set up for your sign-in at wattkit. Keep the recovery codes safe."],
  link: { words: "If it was not you, choose a new password here", url },
  after: []
})

export const secondFactorOff = (url: string): MailText => ({
  subject: "Signing in asks for no code any more",
  before: ["The authenticator of your sign-in at wattkit was removed."],
  link: { words: "If it was not you, choose a new password here", url },
  after: []
})

export const erasureBegun = (url: string): MailText => ({
  subject: "Everything of yours will be erased",
  before: [
    "You asked for everything of yours at wattkit to be erased. That happens in 30 days.",
    "If you change your mind, sign in before then, and nothing is erased."
  ],
  link: { words: "Go to wattkit", url },
  after: []
})
