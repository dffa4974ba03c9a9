import { assert, describe, it } from "vitest"
import { digestOf, read } from "./bcrypt.ts"
import { encipher, expand, initialSubkeys } from "./blowfish.ts"
import { piWords } from "./pi.ts"

describe("piWords", () => {
  it("are the digits everybody knows, and whatever their number the same", () => {
    assert.deepStrictEqual([...piWords(3)], [0x243f6a88, 0x85a308d3, 0x13198a2e])
    const many = piWords(1042)
    // The last word of the last box, as it stands in every implementation.
    assert.strictEqual(many.at(-1), 0x3ac372e6)
    assert.deepStrictEqual(piWords(700), many.slice(0, 700))
  })
})

describe("blowfish", () => {
  /** Key, block and what becomes of it, from the test vectors of its inventor's page. */
  it.each([
    ["0000000000000000", "0000000000000000", "4ef997456198dd78"],
    ["ffffffffffffffff", "ffffffffffffffff", "51866fd5b85ecb8a"],
    ["0123456789abcdef", "1111111111111111", "61f9c3802281b096"],
    ["fedcba9876543210", "0123456789abcdef", "0aceab0fc6a0a28d"]
  ])("enciphers with %s", (key, plain, cipher) => {
    const words = (hex: string) => [0, 8].map((at) => Number.parseInt(hex.slice(at, at + 8), 16) | 0)
    const keys = initialSubkeys()
    expand(
      keys,
      Int32Array.from({ length: 18 }, (_, i) => words(key)[i % 2]!)
    )
    const block = Int32Array.from(words(plain))
    encipher(keys, block, 0)
    assert.deepStrictEqual([...block], words(cipher))
  })
})

describe("bcrypt", () => {
  /** From the tests of crypt_blowfish, and one of the cost we meet. */
  const vectors: ReadonlyArray<readonly [string, string | Uint8Array]> = [
    ["$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"],
    ["$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*"],
    ["$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a", "U*U*U"],
    ["$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy", ""],
    ["$2a$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq", Uint8Array.of(0xa3)],
    [
      "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    ]
  ]

  it.each(vectors)("%s", (text, password) => {
    const { cost, digest, salt } = read(text)!
    const bytes = typeof password === "string" ? Buffer.from(password) : password
    assert.deepStrictEqual(Buffer.from(digestOf(bytes, salt, cost)), Buffer.from(digest))
    assert.notDeepEqual(Buffer.from(digestOf(Buffer.from("U*V"), salt, cost)), Buffer.from(digest))
  })

  it.each([
    "",
    "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2a$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n"
  ])("does not read %j", (text) => assert.isUndefined(read(text)))
})
