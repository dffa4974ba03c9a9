import { generateKeyPairSync, sign } from "node:crypto"

const tagged = (tag: number, ...parts: ReadonlyArray<Buffer>): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: ReadonlyArray<Buffer>): Buffer => tagged(0x30, ...parts)

const ecdsaWithSha256 = sequence(Buffer.from("06082a8648ce3d040302", "hex"))

const commonName = (name: string): Buffer =>
  sequence(tagged(0x31, sequence(Buffer.from("0603550403", "hex"), tagged(0x0c, Buffer.from(name)))))

const utcTime = (text: string): Buffer => tagged(0x17, Buffer.from(text))

const pem = (der: Buffer): string => {
  const lines = der.toString("base64").replace(/.{64}/g, "$&\n")
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/** A certificate for a name, signed by itself, and its key. */
export const selfSigned = (name: string): { readonly cert: string; readonly key: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const alternativeName = sequence(
    Buffer.from("0603551d11", "hex"),
    tagged(0x04, sequence(tagged(0x82, Buffer.from(name))))
  )
  const content = sequence(
    tagged(0xa0, Buffer.from("020102", "hex")),
    Buffer.from("020101", "hex"),
    ecdsaWithSha256,
    commonName(name),
    sequence(utcTime("200101000000Z"), utcTime("491231235959Z")),
    commonName(name),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(alternativeName))
  )
  const signature = tagged(0x03, Buffer.from([0]), sign("sha256", content, privateKey))
  return {
    cert: pem(sequence(content, ecdsaWithSha256, signature)),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  }
}
