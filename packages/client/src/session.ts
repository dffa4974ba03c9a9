import { Session, type SessionOptions } from "./session/Session.ts"

export type { QueueLocks } from "./queue/lock.ts"
export type { Session, SessionOptions, SignIn, SignInParams } from "./session/Session.ts"
export type { TokenStorage } from "./session/Tokens.ts"

/**
 * Signs a person in and keeps what the server gave: as `auth` of a client it shows the access token, and gets
 * another one when it ends. Sessions of one name and storage, in all pages, are the same.
 */
export const createSession = (options: SessionOptions): Session => new Session(options)
