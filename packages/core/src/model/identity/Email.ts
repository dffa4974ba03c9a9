import * as Schema from "effect/Schema"

/** What stands before the `@`, and each part between the dots of what stands behind it. */
const local = String.raw`[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}`
const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`

/** What a mailbox looks like; whether it is one, only a message to it can tell. */
const shape = new RegExp(String.raw`^${local}@(?=.{1,253}$)${label}(?:\.${label})+$`, "u")

/** An e-mail address as one signs in with it: composed and in small letters, so that one person has one. */
export const Email = Schema.String.check(
  Schema.isMaxLength(254, { message: "must have at most 254 characters" }),
  Schema.isPattern(shape, { message: "must be an e-mail address" })
).pipe(Schema.brand("Email"))
export type Email = typeof Email.Type

/** The address of a text as somebody typed it. */
export const normalEmail = (text: string): string => text.trim().normalize("NFC").toLowerCase()
