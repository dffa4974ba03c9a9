import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../../src/storage/Storage.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { believesTheRequest } from "./believesTheRequest.ts"
import { judge } from "./judge.ts"
import { energyTable } from "./energyTable.ts"
import { identityTable } from "./identityTable.ts"
import { outcomesOf, type Row } from "./matrix.ts"
import { type Operation, operations } from "./operations.ts"
import { bearers, makeScene, type Scene } from "./Scene.ts"

const operationOf = (name: string): Operation => {
  const found = operations.find((operation) => operation.name === name.split(" + ")[0])
  if (found === undefined) throw new Error(`there is no route ${name} any more; take it out of the tables`)
  return found
}

/** Ways to name a thing besides the path, each of which is a way to reach it. */
const namesThing = /^(?:device|location|user|member|key|tariff|session)Ids?$/

const waysToName = (operation: Operation): ReadonlyArray<string> =>
  (operation.described.parameters ?? [])
    .filter((parameter) => parameter.in === "query" && namesThing.test(parameter.name))
    .map((parameter) => `${operation.name} + ${parameter.name}`)

const table = { ...energyTable, ...identityTable }
const rows = Object.entries(table)

let server: TestServer
let shown: Scene

beforeAll(async () => {
  server = await startServer(layerMemory)
  shown = await makeScene(server)
})

afterAll(() => server.close())

/** What only shows changes nothing, so one scene is enough for all of it. */
const sceneOf = ({ method }: Operation): Promise<Scene> | Scene =>
  method === "GET" ? shown : makeScene(server)

describe("who may do what", () => {
  const asserted = new Set<string>()

  it.each(operations)("has a row for $name", (operation) => {
    for (const name of [operation.name, ...waysToName(operation)]) {
      assert.property(table, name, `decide in the tables who may do this`)
    }
  })

  it.each(rows)("is answered as the matrix says: %s", async (name, row: Row) => {
    const operation = operationOf(name)
    assert.strictEqual(outcomesOf(row).length, bearers.length)
    const found: Array<string> = []
    const told: Array<string> = []
    for (const [i, bearer] of bearers.entries()) {
      const scene = await sceneOf(operation)
      const { leaks, outcome, text } = await judge(server.call, scene, { operation, row }, bearer)
      found.push(outcome)
      asserted.add(`${name} ${bearer}`)
      if (outcome !== outcomesOf(row)[i]) told.push(`${bearer}: ${text}`)
      assert.deepStrictEqual(leaks, [], `${bearer} is shown ${text}`)
    }
    assert.strictEqual(found.join(" "), row.outcomes, told.join("\n").slice(0, 2_000))
  })

  it("was asked in every cell", () => {
    assert.strictEqual(asserted.size, rows.length * bearers.length)
  })
})

/** Rows in which somebody who claims to be of the tenant got what only those of it may have. */
const believed = async (call: TestServer["call"]): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const [name, row] of rows) {
    const operation = operationOf(name)
    const scene = await sceneOf(operation)
    const claim = { tenantId: scene.tenantId }
    const { leaks, outcome } = await judge(call, scene, { operation, row }, "foreign admin", claim)
    const allowed = [outcomesOf(row)[bearers.indexOf("foreign admin")], "400"]
    if (!allowed.includes(outcome as never) || leaks.length > 0) found.push(name)
  }
  return found
}

describe("the tenant", () => {
  it("is the credential's, whatever query, body and headers say", async () => {
    assert.deepStrictEqual(await believed(server.call), [])
  })

  it("is found out when it is taken from the request", async () => {
    const found = await believed(believesTheRequest(server))
    for (const name of [
      "GET /v1/locations",
      "GET /v1/devices/{id}",
      "PUT /v1/devices/{id}/energy/readings"
    ]) {
      assert.include(found, name)
    }
  })
})
