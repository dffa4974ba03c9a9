import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { normalPassword, passwordFaults } from "./passwordRules.ts"

const faultsOf = (password: string, email?: string) => passwordFaults(password, email).join("; ")

describe("passwordRules", () => {
  it("says what is missing, all of it and nothing else", () => {
    for (const [password, faults] of [
      ["Abcdef1!", ""],
      ["Äbcdéf1€", ""],
      ["Pass word 1", ""],
      ["Abcdef1", "must have at least 8 characters; must have a special character such as ! or -"],
      ["abcdef1!", "must have a capital letter"],
      ["ABCDEF1!", "must have a small letter"],
      ["Abcdefg!", "must have a digit"],
      ["Abcdefg1", "must have a special character such as ! or -"],
      ["Abcdé1\u0301!\uD800", "must not have half of a character"],
      [
        "",
        "must have at least 8 characters; must have a capital letter; must have a small letter; " +
          "must have a digit; must have a special character such as ! or -"
      ]
    ] as const)
      assert.strictEqual(faultsOf(password), faults, password)
  })

  it("counts characters as people do, up to 128 of them and without cutting any off", () => {
    const of = (length: number, letter: string) => `A1!b${letter.repeat(length - 4)}`
    for (const letter of ["x", "é", "e\u0301", "🔑"]) {
      assert.strictEqual(faultsOf(of(8, letter)), "")
      assert.strictEqual(faultsOf(of(7, letter)), "must have at least 8 characters", letter)
      assert.strictEqual(faultsOf(of(128, letter)), "")
      assert.strictEqual(faultsOf(of(129, letter)), "must have at most 128 characters", letter)
    }
    assert.strictEqual(faultsOf("x".repeat(10_000_000)), "must have at most 128 characters")
  })

  it("knows a password by its letters, however they were typed", () => {
    assert.strictEqual(normalPassword("Cafe\u0301 1!"), normalPassword("Café 1!"))
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (typed) => {
        assert.strictEqual(normalPassword(normalPassword(typed)), normalPassword(typed))
        assert.strictEqual(faultsOf(typed), faultsOf(typed.normalize("NFD")))
      })
    )
  })

  it("refuses the address and what stands before its @, in any letters", () => {
    const email = "ada.lovelace1@example.org"
    const fault = "must not be the e-mail address or a part of it"
    for (const password of [
      "Ada.Lovelace1@Example.org",
      "Ada.Lovelace1",
      " ADA.lovelace1 ",
      "Ａda.Lovelace1"
    ])
      assert.strictEqual(faultsOf(password, email), fault, password)
    for (const password of ["Ada.Lovelace12", "Example.org1"])
      assert.strictEqual(faultsOf(password, email), "")
    assert.strictEqual(faultsOf("Abcdef1!", ""), "")
  })
})
