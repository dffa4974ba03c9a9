import { readFileSync } from "node:fs"
import { OpenApi } from "effect/http-api"
import { assert, describe, it } from "vitest"
import { answerFields } from "./conventions/answerFields.ts"
import { Api } from "./Api.ts"
import { statusOf } from "./failures.ts"

const document = OpenApi.fromApi(Api)

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
    const operation = item?.[method]
    return operation === undefined ? [] : [{ name: `${method.toUpperCase()} ${path}`, operation }]
  })
)

describe("Api", () => {
  it("is the document that is published, so that every change of the contract is seen in review", () => {
    const published = JSON.parse(readFileSync(new URL("../openapi.json", import.meta.url), "utf8"))
    assert.deepStrictEqual(JSON.parse(JSON.stringify(document)), published, "run pnpm generate")
  })

  it.each(operations)(
    "$name says what it is for, and answers a bad request with field and reason",
    ({ operation }) => {
      assert.isNotEmpty(operation.summary)
      assert.isNotEmpty(operation.operationId)
      assert.property(operation.responses, "400")
    }
  )

  it.each(operations.filter(({ name }) => name.includes("/v1/")))(
    "$name is closed to strangers",
    ({ operation }) => {
      assert.deepStrictEqual(operation.security, [{ bearer: [] }])
      assert.property(operation.responses, "401")
      assert.property(operation.responses, "403")
    }
  )

  it("names the key, the tag and the fields where they mean something, and nowhere else", () => {
    for (const { name, operation } of operations) {
      const named = new Set(operation.parameters.map((parameter) => parameter.name))
      const isIngest = name.startsWith("POST /v1/") && name.endsWith("readings")
      const changes = /^(POST|PUT) \/v1\//.test(name) && !isIngest
      assert.strictEqual(named.has("Idempotency-Key"), changes, name)
      assert.strictEqual("422" in operation.responses, changes, name)
      assert.strictEqual(named.has("If-None-Match"), name.startsWith("GET /v1/"), name)
      assert.strictEqual(named.has("fields"), name.startsWith("GET /v1/"), name)
      assert.strictEqual("429" in operation.responses, name.includes("/v1/"), name)
    }
  })

  it("knows the fields of every route that reads", () => {
    const known = answerFields.map(({ path }) => `GET ${path.replace(/:([A-Za-z]+)/g, "{$1}")}`).sort()
    assert.deepStrictEqual(
      known,
      operations
        .map(({ name }) => name)
        .filter((name) => name.startsWith("GET /v1/"))
        .sort()
    )
    const location = answerFields.find(({ path }) => path === "/v1/locations/:id")
    assert.deepStrictEqual(location?.fields, ["id", "name", "kind", "zone", "currency", "createdAt"])
  })

  it("answers every failure in the envelope, under the status its code has", () => {
    for (const { name, operation } of operations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || name.startsWith("GET /health")) continue
        const text = JSON.stringify(response)
        const codes = [...text.matchAll(/Failure_([A-Z_]+)/g)].map(
          (match) => match[1] as keyof typeof statusOf
        )
        assert.isNotEmpty(codes, `${name} ${status}`)
        for (const code of codes) assert.strictEqual(statusOf[code], Number(status), name)
      }
    }
  })
})
