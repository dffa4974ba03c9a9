import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { ServerConfig } from "../../src/config.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { makeScene, type Scene } from "../contract/Scene.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { type Haystack, makeHaystack } from "./haystack.ts"
import { injected, textInputs } from "./injected.ts"

/** What would begin a line of its own, or move the cursor of whoever reads the log. */
const payloads = [
  'x\r\n{"level":"info","message":"forged"}',
  'x\n{"level":"info","message":"forged"}',
  "\u001b[2J\u001b[31mforged",
  "\u001b]0;forged\u0007",
  "x\u0000forged",
  "x\u2028forged",
  "x\u0085forged",
  "\u009b31mforged"
]

// The control characters are what is looked for.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f]/

describe("a log", () => {
  let server: TestServer
  let scene: Scene
  let haystack: Haystack

  beforeAll(async () => {
    haystack = makeHaystack()
    server = await startServer(layerMemory, { logLevel: "All" as ServerConfig["logLevel"] })
    scene = await makeScene(server)
  })

  afterAll(async () => {
    await server.close()
    haystack.close()
  })

  it("has one line of JSON for each thing that happened, whatever was sent", async () => {
    const key = await scene.secretOf("admin")
    for (const [i, input] of textInputs.entries()) {
      if (/logout|sessions|users\/me|auth\/mfa/.test(input.operation.path)) continue
      const { method, path, ...options } = injected(input, payloads[i % payloads.length]!, scene)
      await server.call(method, path, { ...options, key })
    }
    const lines = haystack.all("console.log")
    assert.isAbove(lines.length, 100)
    for (const line of lines) {
      const said = JSON.parse(line) as { readonly message: unknown; readonly level: unknown }
      assert.notStrictEqual(said.message, "forged")
      assert.notMatch(line, controls)
    }
  })
})
