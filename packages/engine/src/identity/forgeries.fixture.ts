import { type Forge, type Json, part } from "./forge.fixture.ts"

// What a server is tried with over HTTP.
export { type Forge, forgeOf } from "./forge.fixture.ts"
export { secret } from "./keys.fixture.ts"
export { makeSigningKey } from "./tokens/signingKey.ts"

const without = (value: Json, ...members: ReadonlyArray<string>): Json =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !members.includes(name)))

const head = (change: Json) => (f: Forge) => f.signed({ ...f.header, ...change }, f.payload)
const body = (change: Json) => (f: Forge) => f.signed(f.header, { ...f.payload, ...change })
const lacking = (member: string) => (f: Forge) => f.signed(f.header, without(f.payload, member))
const raw = (change: (payload: string) => string) => (f: Forge) =>
  f.signed(f.header, change(JSON.stringify(f.payload)))
const rawHead = (change: (header: string) => string) => (f: Forge) =>
  f.signed(change(JSON.stringify(f.header)), f.payload)

const parts = (f: Forge) => f.token.split(".") as [string, string, string]
const flip = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1)
const iat = (f: Forge) => Number(f.payload["iat"])
const later =
  (seconds: number, life = 900) =>
  (f: Forge) =>
    body({ iat: iat(f) + seconds, exp: iat(f) + seconds + life })(f)

/** The last letter of a signature says two bits; here the other four say something too. */
const noncanonical = (text: string) => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  return text.slice(0, -1) + letters.charAt(letters.indexOf(text.slice(-1)) | 1)
}

const headers: { readonly [name: string]: (f: Forge) => string } = {
  "alg none, without a signature": (f) =>
    `${part(JSON.stringify({ ...f.header, alg: "none" }))}.${parts(f)[1]}.`,
  "alg none, signed all the same": head({ alg: "none" }),
  "alg None": head({ alg: "None" }),
  "alg rs256": head({ alg: "rs256" }),
  "alg missing": (f) => f.signed(without(f.header, "alg"), f.payload),
  "alg a list": head({ alg: ["RS256"] }),
  "HS256 with the public key as PEM": (f) =>
    f.hmac(
      { ...f.header, alg: "HS256" },
      f.payload,
      String(f.publicKey.export({ type: "spki", format: "pem" }))
    ),
  "HS256 with the public key as DER": (f) =>
    f.hmac({ ...f.header, alg: "HS256" }, f.payload, f.publicKey.export({ type: "spki", format: "der" })),
  "HS256 with the public key as JWK": (f) =>
    f.hmac({ ...f.header, alg: "HS256" }, f.payload, JSON.stringify(f.publicJwk)),
  "HS256 in the header, RS256 in truth": head({ alg: "HS256" }),
  "an HMAC that calls itself RS256": (f) =>
    f.hmac(f.header, f.payload, String(f.publicKey.export({ type: "spki", format: "pem" }))),
  "PS256 with our key": (f) => f.pss({ ...f.header, alg: "PS256" }, f.payload),
  "a PSS signature that calls itself RS256": (f) => f.pss(f.header, f.payload),
  "PS256 in the header only": head({ alg: "PS256" }),
  "ES256 with another key": (f) => f.ec({ ...f.header, alg: "ES256" }, f.payload),
  "ES256 in the header only": head({ alg: "ES256" }),
  "RS512 with our key": (f) => f.signed({ ...f.header, alg: "RS512" }, f.payload, undefined, "sha512"),
  "SHA-512 that calls itself RS256": (f) => f.signed(f.header, f.payload, undefined, "sha512"),
  "SHA-1 that calls itself RS256": (f) => f.signed(f.header, f.payload, undefined, "sha1"),
  "typ JWT": head({ typ: "JWT" }),
  "typ AT+JWT": head({ typ: "AT+JWT" }),
  "typ application/at+jwt": head({ typ: "application/at+jwt" }),
  "typ missing": (f) => f.signed(without(f.header, "typ"), f.payload),
  "typ of a refresh token": head({ typ: "rt+jwt" }),
  "kid ../../": head({ kid: "../../etc/passwd" }),
  "kid of an injection": head({ kid: "x' OR '1'='1" }),
  "kid missing": (f) => f.signed(without(f.header, "kid"), f.payload),
  "kid empty": head({ kid: "" }),
  "kid a number": head({ kid: 1 }),
  "kid null": head({ kid: null }),
  "kid of no key": head({ kid: "sk_00000000000000000000000000" }),
  "kid __proto__": head({ kid: "__proto__" }),
  "our kid, another key": (f) => f.signed(f.header, f.payload, f.strange),
  "jwk of the forger": (f) => f.signed({ ...f.header, jwk: f.strangeJwk }, f.payload, f.strange),
  "jwk of the forger without kid": (f) =>
    f.signed({ ...without(f.header, "kid"), jwk: f.strangeJwk }, f.payload, f.strange),
  "jwk beside a good signature": (f) => f.signed({ ...f.header, jwk: f.strangeJwk }, f.payload),
  jku: (f) => f.signed({ ...f.header, jku: "https://attacker.example/keys" }, f.payload, f.strange),
  "jku beside a good signature": head({ jku: "https://attacker.example/keys" }),
  x5u: head({ x5u: "https://attacker.example/cert" }),
  x5c: head({ x5c: ["MIIB"] }),
  x5t: head({ x5t: "AAAA" }),
  crit: head({ crit: ["exp"] }),
  "crit empty": head({ crit: [] }),
  "b64 false": head({ b64: false, crit: ["b64"] }),
  zip: head({ zip: "DEF" }),
  "cty of a nested token": head({ cty: "JWT" }),
  "enc, as of an encrypted one": head({ enc: "A256GCM" }),
  "alg twice": rawHead((text) => text.replace("{", '{"alg":"none",')),
  "kid twice": rawHead((text) => text.replace("}", ',"kid":"sk_00000000000000000000000000"}')),
  "header in another order": (f) => f.signed({ typ: "at+jwt", alg: "RS256", kid: f.kid }, f.payload),
  "header with spaces": rawHead((text) => ` ${text}`),
  "header with an escape": rawHead((text) => text.replace("RS256", String.raw`\u0052S256`)),
  "header after a byte order mark": rawHead((text) => `\uFEFF${text}`),
  "header no object": (f) => f.signed("[]", f.payload),
  "header null": (f) => f.signed("null", f.payload),
  "header no JSON": (f) => f.signed("{", f.payload)
}

const claims: { readonly [name: string]: (f: Forge) => string } = {
  "no exp": lacking("exp"),
  "no iat": lacking("iat"),
  "no iss": lacking("iss"),
  "no aud": lacking("aud"),
  "no sub": lacking("sub"),
  "no tid": lacking("tid"),
  "no jti": lacking("jti"),
  "neither sid nor scope": lacking("sid"),
  "both sid and scope": body({ scope: "read" }),
  "exp as a string": (f) => body({ exp: String(iat(f) + 900) })(f),
  "exp null": body({ exp: null }),
  "exp a fraction": (f) => body({ exp: iat(f) + 899.5 })(f),
  "exp a list": (f) => body({ exp: [iat(f) + 900] })(f),
  "exp written with an exponent": raw((text) => text.replace(/"exp":\d+/, '"exp":1e300')),
  "exp beyond all numbers": raw((text) => text.replace(/"exp":\d+/, '"exp":1e999')),
  "exp negative": body({ exp: -1 }),
  "exp far in the future": (f) => body({ exp: iat(f) + 10 * 365 * 86_400 })(f),
  "a person's token for sixteen minutes": (f) => body({ exp: iat(f) + 901 })(f),
  "a person's token for a week": (f) => body({ exp: iat(f) + 7 * 86_400 })(f),
  "a program's token for longer than a week": (f) =>
    f.signed(f.header, { ...without(f.payload, "sid"), scope: "read", exp: iat(f) + 7 * 86_400 + 1 }),
  "expired just now": later(-900),
  "expired 61 seconds ago": later(-961),
  "exp before iat": (f) => body({ iat: iat(f) + 4, exp: iat(f) + 3 })(f),
  "iat in the future": later(6),
  "iat an hour in the future": later(3_600),
  "iat as a string": (f) => body({ iat: String(iat(f)) })(f),
  "nbf in the future": (f) => body({ nbf: iat(f) + 60 })(f),
  "nbf as a string": body({ nbf: "0" }),
  "another iss": body({ iss: "https://attacker.example" }),
  "iss with a slash behind": body({ iss: "wattkit/" }),
  "iss a list": body({ iss: ["wattkit"] }),
  "another aud": body({ aud: "other" }),
  "aud a list with ours": body({ aud: ["wattkit"] }),
  "aud a list with ours and another": body({ aud: ["wattkit", "other"] }),
  "sub a number": body({ sub: 1 }),
  "sub empty": body({ sub: "" }),
  "sub in no shape of an id": body({ sub: "ada lovelace" }),
  "sub an object": body({ sub: { $ne: "" } }),
  "tid null": body({ tid: null }),
  "jti a number": body({ jti: 1 }),
  "jti short": body({ jti: "1" }),
  "an unknown scope": (f) => f.signed(f.header, { ...without(f.payload, "sid"), scope: "read everything" }),
  "a scope twice": (f) => f.signed(f.header, { ...without(f.payload, "sid"), scope: "read read" }),
  "an empty scope": (f) => f.signed(f.header, { ...without(f.payload, "sid"), scope: "" }),
  "sub twice": raw((text) => text.replace("{", '{"sub":"eve",')),
  "exp twice": raw((text) => text.replace("}", ',"exp":99999999999}')),
  "sub twice, once escaped": raw((text) => text.replace("}", String.raw`,"s\u0075b":"eve"}`)),
  "claims in __proto__": (f) =>
    f.signed(f.header, `{"__proto__":${JSON.stringify(f.payload)},"iat":${iat(f)}}`),
  "payload a list": (f) => f.signed(f.header, "[]"),
  "payload null": (f) => f.signed(f.header, "null"),
  "payload no JSON": raw((text) => text.slice(1)),
  "payload with text behind": raw((text) => `${text} {}`),
  "payload after a byte order mark": raw((text) => `\uFEFF${text}`),
  "a token in a token": (f) => f.signed(f.header, f.token),
  "a token in a string": (f) => f.signed(f.header, JSON.stringify(f.token))
}

const encodings: { readonly [name: string]: (f: Forge) => string } = {
  "payload changed": (f) =>
    [parts(f)[0], part(JSON.stringify({ ...f.payload, sub: "eve" })), parts(f)[2]].join("."),
  "first letter of the header changed": (f) => flip(f.token, 0),
  "a letter of the payload changed": (f) => flip(f.token, parts(f)[0].length + 20),
  "first letter of the signature changed": (f) => flip(f.token, f.token.length - 342),
  "a letter in the middle of the signature changed": (f) => flip(f.token, f.token.length - 100),
  "signature not canonical": (f) => [parts(f)[0], parts(f)[1], noncanonical(parts(f)[2])].join("."),
  "signature padded": (f) => `${f.token}==`,
  "header padded": (f) => f.token.replace(".", "=."),
  "signature of standard base64": (f) => [parts(f)[0], parts(f)[1], `+/${parts(f)[2].slice(2)}`].join("."),
  "signature all zero": (f) => [parts(f)[0], parts(f)[1], "A".repeat(342)].join("."),
  "signature of another token": (f) =>
    [parts(f)[0], parts(f)[1], body({ sub: "eve" })(f).split(".")[2]].join("."),
  "signature empty": (f) => `${parts(f)[0]}.${parts(f)[1]}.`,
  "signature missing": (f) => `${parts(f)[0]}.${parts(f)[1]}`,
  "signature twice as long": (f) => f.token + parts(f)[2],
  "header empty": (f) => `.${parts(f)[1]}.${parts(f)[2]}`,
  "payload empty": (f) => `${parts(f)[0]}..${parts(f)[2]}`,
  "a fourth part": (f) => `${f.token}.${parts(f)[2]}`,
  "a fourth, empty part": (f) => `${f.token}.`,
  "five parts, as of an encrypted one": (f) => `${f.token}.AAAA.AAAA`,
  "only dots": () => "..",
  nothing: () => "",
  "a line break behind": (f) => `${f.token}\n`,
  "a space before": (f) => ` ${f.token}`,
  "a line break within": (f) => f.token.replace(".", ".\n"),
  "NUL behind": (f) => `${f.token}\0`,
  "Bearer before": (f) => `Bearer ${f.token}`,
  "letters of another script": (f) => f.token.replace(/^e/, "е"),
  "dots of another script": (f) => f.token.replaceAll(".", "。"),
  "bytes that are no UTF-8": (f) => `${part(Uint8Array.of(0xff, 0xfe))}.${parts(f)[1]}.${parts(f)[2]}`,
  "halves of a character": (f) => `\uD800${f.token}`,
  "a refresh token": () => "wk_rt_0123456789abcdefghjkmnpqrstvwxyz000000",
  "the JSON form of a signed text": (f) =>
    JSON.stringify({ protected: parts(f)[0], payload: parts(f)[1], signature: parts(f)[2] }),
  "a huge payload": (f) => body({ extra: "x".repeat(4_000) })(f),
  "ten megabytes": (f) => `${parts(f)[0]}.${"A".repeat(10_000_000)}.${parts(f)[2]}`,
  "a million dots": () => ".".repeat(1_000_000)
}

/** Tokens that have to be refused, by what is wrong with each; most are signed with the key of the server. */
export const forgeries = { ...headers, ...claims, ...encodings }
