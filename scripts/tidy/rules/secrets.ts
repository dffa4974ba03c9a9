import { mask } from "../Mask.ts"
import { isTest, isTypeScript, lineAt, type Rule } from "../Rule.ts"

/** What ends the name of something that must not be guessed piece by piece. */
const secret =
  /^(?:secret|password|passphrase|token|digest|signature|hash|hmac|mac|nonce|otp|totp|credential|bearer)s?$/

/** What is told of a secret without telling the secret. */
const harmless = /^(?:length|size|byteLength|kind|id|name|at|deviceId|userId|expiresAt|revokedAt)$/

/** What turns a secret into another form of itself. */
const conversion = /^(?:toString|slice|subarray|trim|at|join|normalize|toLowerCase|toUpperCase|value|text)$/

/** One side of a comparison: a chain of names, of which each may be called. */
const side = String.raw`[\w$.?!#]+(?:\([^()\n]*\)|\[[^\][\n]*\])?(?:[.?!]+[\w$]+(?:\([^()\n]*\))?)*`
const comparisons: ReadonlyArray<RegExp> = [
  // What is in parentheses is not looked into; it is compared with something all the same.
  new RegExp(String.raw`(${side}|\))\s*(?:===?|!==?)\s*("|'|\x60|\(|${side})`, "g"),
  new RegExp(String.raw`\b(?:equals|compare|localeCompare)\((${side})(?:,\s*(${side}))?`, "g"),
  new RegExp(String.raw`(${side})\.(?:equals|localeCompare)\(`, "g")
]

const wordsOf = (name: string): ReadonlyArray<string> =>
  name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[ _$]+/)

/** Whether a chain of names ends in a secret, or in a form of one. */
const isSecret = (chain: string): boolean => {
  const names = chain
    .replace(/\([^()]*\)|\[[^\]]*\]|[?!#]/g, "")
    .split(".")
    .filter((name) => name !== "")
  while (names.length > 1 && conversion.test(names.at(-1) ?? "")) names.pop()
  const last = names.at(-1) ?? ""
  // `digestOf(given)` and `hashWith(salt, given)` are what they make.
  const made = /\(/.test(chain) ? last.replace(/(?:Of|With|From)$/, "") : last
  return !harmless.test(last) && !/^[A-Z\d_]+$/.test(last) && secret.test(wordsOf(made).at(-1) ?? "")
}

/** Comparisons with what everybody knows tell nothing. */
const isKnown = (chain: string): boolean =>
  chain === "" || /^(?:undefined|null|true|false|-?\d[\w.]*|["'`].*)$/.test(chain)

/** A comparison that tells nobody a secret, with its reason. */
export interface NotGuessed {
  readonly path: string
  readonly text: string | RegExp
  readonly reason: string
}

/** Every comparison of what is called a secret and that tells nobody one. */
export const notGuessed: ReadonlyArray<NotGuessed> = [
  {
    path: "client/src/",
    text: /refused|stale|fresh === token|\brefreshToken\b/,
    reason: "a client compares tokens that are its own, with each other"
  },
  {
    path: "core/src/memory/",
    text: /^(?:other|key)\.digest === (?:key\.)?digest$/,
    reason: "a digest is looked up as a database would; who knows its beginning knows nothing of the secret"
  },
  {
    path: "core/src/memory/passwordHasher.ts",
    text: ") === hash",
    reason: "the hasher of tests, whose hashes anybody undoes"
  },
  {
    path: "core/src/model/identity/auditChain.ts",
    text: /hash$/,
    reason: "the hashes of the audit log are no secrets: who may read it is shown them"
  },
  {
    path: "engine/src/identity/signIn/login.ts",
    text: "secrets.passwordHash === known.secrets.passwordHash",
    reason: "whether a hash that is kept was changed meanwhile; neither came from outside"
  },
  {
    path: "storage-postgres/src/registry/PostgresApiKeyStore.ts",
    text: "Rows.storable(digest) !== digest",
    reason: "whether a text has what no column takes; both are the same one"
  },
  {
    path: "testkit/src/suites/",
    text: "digest !== key.digest",
    reason: "a suite, which guards nothing"
  }
]

const allows = ({ path, text }: NotGuessed, of: string, whole: string): boolean =>
  of.startsWith(`packages/${path}`) && (typeof text === "string" ? text === whole : text.test(whole))

const found = (code: string) =>
  comparisons
    .flatMap((pattern) => [...code.matchAll(pattern)])
    .filter(([, one = "", other]) => {
      if (isKnown(one) || (other !== undefined && isKnown(other))) return false
      return isSecret(one) || isSecret(other ?? "")
    })
    .map(({ 0: whole, index }) => ({ at: index, whole: whole.replace(/\s+/g, " ") }))

/** The rule with other exceptions than the house has. */
export const secretsBut = (allowed: ReadonlyArray<NotGuessed>): Rule => ({
  name: "secret",
  check: (files) =>
    files
      .filter(({ path }) => /^packages\/[^/]+\/src\//.test(path) && isTypeScript(path) && !isTest(path))
      .flatMap(({ path, text }) =>
        found(mask(text).code)
          .filter(({ whole }) => !allowed.some((one) => allows(one, path, whole)))
          .map(({ at, whole }) => ({
            path,
            line: lineAt(text, at),
            message: `${whole} takes as long as two secrets agree; compare them with sameBytes`
          }))
      )
})

/** Secrets are compared in the time it takes to look at all of them, as `sameBytes` does. */
export const secrets: Rule = secretsBut(notGuessed)
