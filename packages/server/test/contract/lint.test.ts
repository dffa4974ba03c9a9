import { assert, describe, it } from "vitest"
import { lint } from "./lint.ts"
import { contract, type ContractDocument, type Described } from "./operations.ts"

const good: Described = {
  operationId: "things.get",
  summary: "One thing",
  tags: ["things"],
  security: [{ bearer: [] }],
  parameters: [{ name: "id", in: "path", required: true, schema: { type: "string", maxLength: 64 } }],
  responses: Object.fromEntries(
    [200, 400, 401, 403, 404, 429, 500, 503].map((status) => [status, { description: "said" }])
  )
}

const documentOf = (described: Partial<Described>, path = "/v1/things/{id}") => ({
  info: { title: "t", description: "d", version: "1" },
  tags: [{ name: "things", description: "Things." }],
  paths: { [path]: { get: { ...good, ...described } } } as ContractDocument["paths"],
  components: { schemas: {} }
})

const text = (schema: object) => [...good.parameters!, { name: "q", in: "query", schema }]

describe("the document of the contract", () => {
  it("says all that its readers rely on", () => {
    assert.deepStrictEqual(lint(contract), [])
  })

  it("would be found out where it does not", () => {
    assert.deepStrictEqual(lint(documentOf({})), [])
    for (const [what, document] of [
      ["no summary", documentOf({ summary: "" })],
      ["full stop", documentOf({ summary: "One thing." })],
      ["2 tags", documentOf({ tags: ["a", "b"] })],
      ["is open", documentOf({ security: [] })],
      ["is closed", documentOf({ parameters: [] }, "/v1/auth/login")],
      ["404 is not documented", documentOf({ responses: { 200: { description: "said" } } })],
      ["no success", documentOf({ responses: {} })],
      ["path and parameters differ", documentOf({ parameters: [] })],
      ["there twice", documentOf({ parameters: [...good.parameters!, ...good.parameters!] })],
      ["text of any length", documentOf({ parameters: text({ type: "string" }) })],
      ["list of any length", documentOf({ parameters: text({ type: "array", items: { type: "integer" } }) })]
    ] as const) {
      assert.isAbove(lint(document).filter((complaint) => complaint.includes(what)).length, 0, what)
    }
    const twice = documentOf({})
    const paths = { ...twice.paths, "/v1/others/{id}": { get: good } }
    assert.match(lint({ ...twice, paths }).join(), /things\.get is taken/)
  })
})
