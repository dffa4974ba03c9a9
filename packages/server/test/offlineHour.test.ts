import { rmSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { startServer, temporaryFolder, type TestServer } from "./fixtures/inProcess.ts"
import { openMeter } from "./offline/Meter.ts"
import { openProcess } from "./offline/processPlace.ts"
import { minutesWithout, type Open, tell, whole } from "./offline/tell.ts"

let server: TestServer

beforeAll(async () => {
  server = await startServer(layerMemory)
})

afterAll(() => server.close())

/** Meters in this process, which share a storage and are left as they are. */
const openHere = (): Open => {
  const storage = new Map<string, string>()
  return async (options) => {
    const { close, state, ...meter } = openMeter(options, storage)
    return { ...meter, state: async () => state(), kill: async () => void close() }
  }
}

describe("an hour without a network", () => {
  it("costs processes nothing that they said or corrected, though they are killed", async () => {
    const folder = temporaryFolder()
    const ledger = await tell(server, (options) => openProcess(options, folder), minutesWithout())
    rmSync(folder, { recursive: true, force: true })
    assert.deepStrictEqual(ledger, whole)
  })

  it("costs nothing in one process either", async () => {
    assert.deepStrictEqual(await tell(server, openHere(), 3), whole)
  })

  it("is noticed when a queue forgets what it kept", async () => {
    const ledger = await tell(server, openHere(), 3, "forgets")
    assert.isAbove(ledger.lost.length, 3)
  })

  it("is noticed when every attempt has a key of its own", async () => {
    const ledger = await tell(server, openHere(), 3, "newKeys")
    assert.deepStrictEqual(ledger.lost, [])
    assert.isAbove(ledger.doubled.length, 0)
  })
})
