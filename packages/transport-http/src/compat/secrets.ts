/** What is left of something after the secret in it was taken out. */
export interface Stripped {
  readonly rest: string
  readonly secret: string | undefined
}

const plain = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    return text
  }
}

/**
 * Takes fields out of a query or a form; the other fields stay as they are, byte by byte. Where several of
 * the names are there, the one named first is the secret.
 */
export const stripFields = (query: string, names: ReadonlyArray<string>): Stripped => {
  const found = new Map<string, string>()
  const fields = query.split("&")
  const kept = fields.filter((field) => {
    const at = field.indexOf("=")
    const name = plain(at === -1 ? field : field.slice(0, at))
    if (!names.includes(name)) return true
    const value = at === -1 ? "" : plain(field.slice(at + 1))
    if (value !== "") found.set(name, value)
    return false
  })
  const name = names.find((one) => found.has(one))
  return { rest: kept.join("&"), secret: name === undefined ? undefined : found.get(name) }
}

/** Takes members out of a JSON object; everything else stays as it is where it holds none of them. */
export const stripMembers = (text: string, names: ReadonlyArray<string>): Stripped => {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { rest: text, secret: undefined }
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return { rest: text, secret: undefined }
  const found = names.filter((name) => Object.hasOwn(body, name))
  if (found.length === 0) return { rest: text, secret: undefined }
  const members = Object.entries(body)
  const secret = members.find(
    ([name, value]) => found.includes(name) && typeof value === "string" && value !== ""
  )
  const rest = JSON.stringify(Object.fromEntries(members.filter(([name]) => !found.includes(name))))
  return { rest, secret: secret === undefined ? undefined : String(secret[1]) }
}

/** A header's credential: `Token x` and `Bearer x`, or the user and password of `Basic`. */
export const authorizationOf = (
  header: string | undefined
): { readonly token: string } | { readonly user: string; readonly password: string } | undefined => {
  const match = /^\s*(token|bearer|basic)\s+(\S.*?)\s*$/i.exec(header ?? "")
  if (match === null) return undefined
  const [, scheme = "", value = ""] = match
  if (scheme.toLowerCase() !== "basic") return { token: value }
  try {
    const bytes = Uint8Array.from(atob(value), (sign) => sign.charCodeAt(0))
    const [user = "", ...password] = new TextDecoder().decode(bytes).split(":")
    return { user, password: password.join(":") }
  } catch {
    return undefined
  }
}

/**
 * The secret of a header, wherever a client puts it: some have the token as the user of an empty password.
 */
export const headerSecret = (header: string | undefined): string | undefined => {
  const found = authorizationOf(header)
  if (found === undefined) return undefined
  if ("token" in found) return found.token
  return found.password !== "" ? found.password : found.user === "" ? undefined : found.user
}
