/** A password as it is hashed: composed, so that the same letters are the same however they were typed. */
export const normalPassword = (typed: string): string => typed.normalize("NFC")

const [fewest, most] = [8, 128]

const kinds = [
  [/\p{Lu}/u, "a capital letter"],
  [/\p{Ll}/u, "a small letter"],
  [/\p{Nd}/u, "a digit"],
  [/[\p{P}\p{S}\p{Zs}]/u, "a special character such as ! or -"]
] as const

const folded = (text: string): string => text.normalize("NFKC").toLowerCase()

/**
 * What a password lacks, each in words that follow "the password"; empty when it may be used. It must not be
 * the address of its person, nor what stands before the `@`.
 */
export const passwordFaults = (typed: string, email?: string): ReadonlyArray<string> => {
  // Composing takes its time; a text that would be too long in any form is not worth it.
  if (typed.length > most * 8) return [`must have at most ${most} characters`]
  const password = normalPassword(typed)
  const length = Array.from(password).length
  const faults: Array<string> = []
  if (length < fewest) faults.push(`must have at least ${fewest} characters`)
  if (length > most) faults.push(`must have at most ${most} characters`)
  for (const [kind, name] of kinds) if (!kind.test(password)) faults.push(`must have ${name}`)
  if (!password.isWellFormed()) faults.push("must not have half of a character")
  const address = folded((email ?? "").trim())
  const names = [address, address.slice(0, Math.max(0, address.lastIndexOf("@")))]
  if (names.some((name) => name !== "" && name === folded(password.trim())))
    faults.push("must not be the e-mail address or a part of it")
  return faults
}
