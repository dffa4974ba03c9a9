import { createHash } from "node:crypto"
import { assert, describe, it } from "vitest"
import { weaknessOf } from "./weakness.ts"

/** Bytes as good as random, the same in each run. */
const bytes = (seed: number, length: number) =>
  createHash("sha512").update(String(seed)).digest().subarray(0, length)

const base64url = (text: string) => Buffer.from(text).toString("base64url")

describe("weaknessOf", () => {
  it("finds nothing wrong with random bytes, also when they are written as hex", () => {
    for (let i = 0; i < 3000; i++) {
      assert.isUndefined(weaknessOf(bytes(i, 32 + (i % 33)).toString("base64url")))
      assert.isUndefined(weaknessOf(bytes(i, 32).toString("hex")))
    }
    assert.isUndefined(weaknessOf(`${bytes(1, 32).toString("base64url")}=`))
  })

  it.each([
    ["a".repeat(64)],
    ["0123456789abcdef".repeat(4)],
    ["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"],
    [bytes(1, 8).toString("base64url").repeat(6)],
    ["Kf83_ChangeMe-92jfkLz0Qw81mXnB7vYtReWqAsDfGhJ"],
    ["your-32-byte-secret-goes-right-here-please-abcdef"],
    [Buffer.alloc(32).toString("base64url")],
    [base64url("correct horse battery staple, and more of it")],
    [base64url("this_is_not_a_very_good_idea_but_long")]
  ])("takes %s for one that somebody thought of", (text) => {
    assert.include(weaknessOf(text), "must be random")
  })

  it.each([["x".repeat(41)], [bytes(1, 31).toString("base64url")]])("finds %s short", (text) => {
    assert.include(weaknessOf(text), "32 bytes or more")
  })

  it.each([[""], ["ab+/".repeat(16)], ["a b ".repeat(16)], ["ä".repeat(64)]])("cannot read %j", (text) => {
    assert.include(weaknessOf(text), "base64url")
  })
})
