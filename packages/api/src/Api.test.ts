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

/** Where strangers become somebody, and the keys that tell whether they are. */
const isOpen = (name: string): boolean =>
  /^(POST|GET) \/v1\/auth\/(?!logout|mfa\/(?:enrol|confirm|remove))/.test(name)

const isKeys = (name: string): boolean => name === "GET /v1/auth/jwks.json"

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

  it.each(operations.filter(({ name }) => name.includes("/v1/") && !isOpen(name)))(
    "$name is closed to strangers",
    ({ operation }) => {
      assert.deepStrictEqual(operation.security, [{ bearer: [] }])
      assert.property(operation.responses, "401")
      assert.property(operation.responses, "403")
    }
  )

  it("asks who signs in for no credential, and nobody else", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0)
    const named = open.map(({ name }) => name).filter((name) => name.includes("/v1/"))
    assert.lengthOf(named, 10)
    assert.isTrue(named.every(isOpen))
  })

  it("names the key, the tag and the fields where they mean something, and nowhere else", () => {
    for (const { name, operation } of operations) {
      const named = new Set(operation.parameters.map((parameter) => parameter.name))
      const isIngest = name.startsWith("POST /v1/") && name.endsWith("readings")
      const changes = /^(POST|PUT) \/v1\//.test(name) && !isIngest
      assert.strictEqual(named.has("Idempotency-Key"), changes, name)
      assert.strictEqual("422" in operation.responses, changes, name)
      const reads = name.startsWith("GET /v1/") && !isKeys(name)
      assert.strictEqual(named.has("If-None-Match"), reads, name)
      assert.strictEqual(named.has("fields"), reads, name)
      assert.strictEqual("429" in operation.responses, name.includes("/v1/"), name)
    }
  })

  it("knows the fields of every route that reads", () => {
    const known = answerFields.map(({ path }) => `GET ${path.replace(/:([A-Za-z]+)/g, "{$1}")}`).sort()
    assert.deepStrictEqual(
      known,
      operations
        .map(({ name }) => name)
        .filter((name) => name.startsWith("GET /v1/") && !isKeys(name))
        .sort()
    )
    const location = answerFields.find(({ path }) => path === "/v1/locations/:id")
    const optional = ["address", "areaM2", "occupants"]
    const asked = ["id", "name", "kind", "zone", "currency"]
    assert.deepStrictEqual(location?.fields, [...asked, ...optional, "createdAt"])
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
