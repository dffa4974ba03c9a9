import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { compile } from "./Template.ts"

const run = (template: string, value: string): unknown => {
  const compiled = compile(template)
  if (typeof compiled !== "function") return compiled.unreadable
  return compiled(value, () => {
    try {
      return JSON.parse(value) as unknown
    } catch {
      return undefined
    }
  })
}

const state =
  '{"power":12.345,"energy":{"total":"42.5","list":[1,2,3]},"name with space":7,"on":"ON",' +
  '"flag":true,"none":null}'

describe("a template", () => {
  const values: ReadonlyArray<readonly [template: string, value: unknown]> = [
    ["{{ value_json.power }}", 12.345],
    ["{{value_json.energy.total}}", "42.5"],
    ["{{ value_json['name with space'] }}", 7],
    ['{{ value_json["energy"]["list"][1] }}', 2],
    ["{{ value_json.energy.list[-1] }}", 3],
    ["{{ value_json.energy.total | float }}", 42.5],
    ["{{ value_json.missing | float(0) }}", undefined],
    ["{{ value_json.missing | float(default=3) }}", undefined],
    ["{{ value_json.on | int(0) }}", undefined],
    ["{{ value_json.energy.total | float(0) }}", 42.5],
    ["{{ value_json.missing | default(5) }}", undefined],
    ["{{ value_json.missing | default(value_json.power) }}", 12.345],
    ["{{ value_json.missing | default('OFF') }}", "OFF"],
    ["{{ value_json.none | default(5, true) }}", undefined],
    ["{{ 0 | default(5, true) }}", 5],
    ["{{ value_json.power | round(1) }}", 12.3],
    ["{{ value_json.power | round(precision=2) }}", 12.35],
    ["{{ value_json.power | round(0, 'floor') }}", 12],
    ["{{ value_json.power | int }}", 12],
    ["{{ int(value_json.energy.total) + 1 }}", 43],
    ["{{ float(value_json.missing, 9) }}", undefined],
    ["{{ (value_json.power | float(0) * 1000) | round | int }}", 12_345],
    ["{{ value_json.power | multiply(2) }}", 24.69],
    ["{{ value_json.energy.list[2] - 2 * 3 + 1 }}", -2],
    ["{{ 7 // 2 }}", 3],
    ["{{ -7 % 3 }}", 2],
    ["{{ 1 / 4 }}", 0.25],
    ["{{ -value_json.power | abs }}", -12.345],
    ["{{ value_json.power if value_json.power is defined else 0 }}", 12.345],
    ["{{ value_json.missing if value_json.missing is defined else 0 }}", undefined],
    ["{{ value_json.missing if value_json.missing is defined else value_json.power }}", 12.345],
    ["{{ 1 if value_json.on == 'ON' else 0 }}", 1],
    ["{{ 1 if value_json.on != 'ON' or value_json.power < 10 else 2 }}", 2],
    ["{{ 1 if value_json.flag and not value_json.none else 2 }}", 1],
    ["{{ 1 if value_json.missing is not defined else 2 }}", 1],
    ["{{ value_json.on | lower }}", "on"],
    ["{% if value_json.power > 10 %}{{ value_json.power }}{% else %}0{% endif %}", 12.345],
    ["{% if value_json.power > 20 %}1{% elif value_json.flag %}2{% else %}3{% endif %}", "2"],
    ["{%- if false -%} 1 {%- endif -%}", ""],
    ["{{ value_json.power }}{# of the grid #}", 12.345],
    ["{{ value_json.power ~ ' W' }}", "12.345 W"],
    ["{{ value_json.missing }}", undefined],
    ["{{ value_json.missing | is_defined }}", undefined],
    ["{{ value_json.missing | float }}", undefined],
    ["{{ value_json.power / 0 }}", undefined],
    ["{{ value_json.on * 2 }}", undefined],
    ["{{ value_json.constructor }}", undefined],
    ["{{ value_json.energy.list.length }}", undefined],
    ["{{ value_json['__proto__'] }}", undefined]
  ]
  for (const [template, expected] of values) {
    it(`${template} is ${String(expected)}`, () => assert.deepStrictEqual(run(template, state), expected))
  }

  it("gives the text that came, and what is no JSON has no members", () => {
    assert.strictEqual(run("{{ value }}", " 5 "), " 5 ")
    assert.strictEqual(run("{{ value | float }}", "5.5"), 5.5)
    assert.strictEqual(run("{{ value_json.power }}", "hello"), undefined)
  })

  const refused: ReadonlyArray<readonly [template: string, part: string]> = [
    ["{{ states('sensor.a') }}", "states"],
    ["{{ now() }}", "now"],
    ["{{ value_json.a | regex_replace('a', 'b') }}", "regex_replace"],
    ["{{ value.__class__ }}{{ range(9) }}", "range"],
    ["{{ value_json.items() }}", "("],
    ["{% for a in value_json %}{{ a }}{% endfor %}", "for"],
    ["{% set a = 1 %}{{ a }}", "set"],
    ["{{ value_json.a is divisibleby }}", "divisibleby"],
    ["{{ value_json[ }}", "early"],
    ["{{ }}", "early"],
    ["{{ 1 2 }}", "2"],
    ["{{ ? }}", "?"],
    ["{% if value %}", "end"],
    ["{% endif %}", "begin"],
    [`{{ ${"(".repeat(100)}1${")".repeat(100)} }}`, "deep"],
    [`{{ ${"-".repeat(300)}1 }}`, "deep"],
    [`{{ ${"1+".repeat(300)}1 }}`, "long"],
    [`{{ value }}${" ".repeat(3000)}`, "long"]
  ]
  for (const [template, part] of refused) {
    it(`${template.slice(0, 40)} is refused for ${part}`, () => {
      const reason = compile(template)
      assert.isObject(reason)
      assert.include("unreadable" in reason ? reason.unreadable : "", part)
    })
  }

  it("never throws and never takes long, whatever it is", () => {
    const signs =
      "{{ }} {% %} value value_json . [ ] ( ) | float int round default ( 1 2.5 'a' if else endif elif is " +
      "not defined + - * / // % ~ == != < and or true none ' \" \\ , = { }"
    const piece = fc.constantFrom(...signs.split(" "), " ")
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.json(), (pieces, value) => {
        const begun = performance.now()
        run(pieces.join(" "), value)
        run(`{{ ${pieces.join(" ")} }}`, value)
        assert.isBelow(performance.now() - begun, 250)
      }),
      { numRuns: 2000 }
    )
    let text = "value"
    for (let i = 0; i < 100; i++) text = `${text} ~ value`
    assert.strictEqual(run(`{{ ${text} }}`, "x".repeat(5000)), undefined)
  })
})
