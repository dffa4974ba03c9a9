import { assert, describe, it } from "vitest"
import { mask } from "./Mask.ts"

describe("Mask", () => {
  it("keeps the length and the lines", () => {
    const text = "const a = `x${b}\n}` // c\n/* d\n */ const e = 'f'\n"
    for (const masked of Object.values(mask(text))) {
      assert.strictEqual(masked.length, text.length)
      assert.strictEqual(masked.split("\n").length, text.split("\n").length)
    }
  })

  it("blanks strings, comments, regular expressions, and not the code inside templates", () => {
    const { code } = mask('a("b // c") // d\nconst e = /[/"]}/g\n`f ${g({ h: `i ${j}` })} k`; l / m / n')
    for (const gone of ["b", "c", "d", "]", "f", "i", "k"]) assert.notInclude(code.replace("const", ""), gone)
    for (const left of ["a(", "e =", "g({", "h:", "j", "l / m / n"]) assert.include(code, left)
  })

  it("takes comments apart from text that looks like them", () => {
    const { comments, uncommented } = mask('const url = "http://a" // TODO\n')
    assert.include(comments, "TODO")
    assert.notInclude(comments, "http")
    assert.include(uncommented, "http://a")
    assert.notInclude(uncommented, "TODO")
  })
})
