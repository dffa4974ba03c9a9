import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { DeviceReading } from "@wattkit/core"
import { CsvText } from "@wattkit/transport-http"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeCall } from "./fixtures/call.ts"
import { freePort, keyIn, type ServerProcess, start } from "./fixtures/serverProcess.ts"
import { scratch } from "./fixtures/transfer.ts"

const { folder, remove } = scratch()
const dataDir = join(folder, "data")
const path = join(folder, "house.csv")
const rows = 120_000
const devices = 4

const readings = Array.from(
  { length: rows },
  (_, i) =>
    ({
      deviceId: `meter-${i % devices}`,
      channel: "main",
      at: Date.UTC(2026, 9, 1) + Math.floor(i / devices) * 60_000,
      importWh: 1000 + i
    }) as DeviceReading
)

const here = ["--data-dir", dataDir]

/** Waits until a process says something on standard error. */
const says = (running: ServerProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ""
    running.process.stderr?.on("data", (chunk) => {
      said += String(chunk)
      if (said.includes(text)) resolve()
    })
    void running.ended.then(({ err }) => reject(new Error(`it ended without saying ${text}: ${err}`)))
  })

describe("wattkit import and export, with an embedded database", () => {
  let server: ServerProcess
  let url: string
  let key: string

  beforeAll(async () => {
    writeFileSync(path, `${CsvText.header}\n${CsvText.rows(readings)}`)
    const port = await freePort()
    server = start(["serve", "--no-demo", "--port", String(port), ...here])
    key = keyIn(await server.ready)
    url = `http://127.0.0.1:${port}`
    const location = {
      id: "elm",
      name: "Elm Street 1",
      kind: "house",
      zone: "Europe/Berlin",
      currency: "EUR"
    }
    await makeCall(url, key)("POST", "/v1/locations", { body: location })
  })

  afterAll(async () => {
    server.process.kill("SIGTERM")
    await server.ended
    remove()
  })

  it("leave a database alone that a running server owns, and go through the server", async () => {
    const { code, err } = await start(["import", path, ...here]).ended
    assert.strictEqual(code, 1)
    assert.match(
      err,
      /^wattkit: The data directory .* is in use by process \d+.* --url, and a key with --key\.\n$/
    )
    const few = join(folder, "few.csv")
    writeFileSync(few, `${CsvText.header}\n${CsvText.rows(readings.slice(0, 400))}`)
    const through = ["--url", url, "--create-devices", "elm"]
    const sent = await start(["import", few, "--json", ...through], { WATTKIT_KEY: key }).ended
    assert.deepInclude(JSON.parse(sent.out), { accepted: 400, duplicates: 0, rejected: 0 })
    assert.strictEqual(sent.code, 0)
    const back = await start(["export", "--url", url], { WATTKIT_KEY: key }).ended
    const lines = (text: string) => text.trim().split("\n").sort()
    assert.deepStrictEqual(lines(back.out), lines(readFileSync(few, "utf8")))
  })

  it("stopped by Ctrl-C and resumed, lose nothing and store nothing twice", async () => {
    server.process.kill("SIGTERM")
    await server.ended
    const first = start(["import", path, ...here])
    await says(first, "decimal point")
    first.process.kill("SIGINT")
    const stopped = await first.ended
    assert.strictEqual(stopped.code, 130, stopped.err)
    assert.match(stopped.out, /stopped after/)
    assert.match(stopped.err, /Go on with the same command and --resume/)
    assert.isTrue(existsSync(`${path}.wattkit-import`))
    const second = await start(["import", path, "--resume", "--json", ...here]).ended
    const { accepted, duplicates, rows: now } = JSON.parse(second.out) as Record<string, number>
    assert.deepStrictEqual([accepted, duplicates], [rows - 400, 400])
    assert.isBelow(now!, rows)
    const out = join(folder, "out.csv")
    const exported = await start(["export", "-o", out, ...here]).ended
    assert.strictEqual(exported.code, 0, exported.err)
    const lines = (file: string) => readFileSync(file, "utf8").trim().split("\n").sort()
    assert.deepStrictEqual(lines(out), lines(path))
  })
})
