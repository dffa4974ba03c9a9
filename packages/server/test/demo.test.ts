import { execFile } from "node:child_process"
import { rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, assert, describe, it } from "vitest"
import { makeCall } from "./fixtures/call.ts"
import { temporaryFolder } from "./fixtures/inProcess.ts"
import { freePort, keyIn, start } from "./fixtures/serverProcess.ts"

const run = promisify(execFile)

interface Reading {
  readonly at: string
  readonly channel: string
  readonly importWh: number
}

/** The printed command that begins so, as a shell would be given it. */
const commandIn = (out: string, beginning: RegExp): string => {
  const line = out
    .split("\n")
    .map((text) => text.trim())
    .find((text) => beginning.test(text))
  if (line === undefined) throw new Error(`no command in: ${out}`)
  return line
}

describe("wattkit serve --demo", () => {
  const folder = temporaryFolder()
  const dataDir = join(folder, "data")

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("shows a month of a house, prints commands that work, and goes on after a kill", async () => {
    const port = await freePort()
    const args = ["serve", "--demo", "--port", String(port), "--data-dir", dataDir]
    const firstAt = performance.now()
    const first = start(args)
    const out = await first.ready
    assert.isBelow(performance.now() - firstAt, 90_000)
    const key = keyIn(out)
    assert.match(out, new RegExp(`http://localhost:${port}/#key=${key}`))
    assert.strictEqual(statSync(join(dataDir, "demo.json")).mode & 0o777, 0o600)

    const posted = await run("sh", ["-c", commandIn(out, /^curl .* -d /)])
    assert.include(posted.stdout, '"accepted":1')
    const asked = await run("sh", ["-c", commandIn(out, /^curl .*latest/)])
    assert.include(asked.stdout, '"importWh"')
    const scripted = await run("sh", ["-c", commandIn(out, /^node /)])
    assert.include(scripted.stdout, "importWh")

    const call = makeCall(`http://127.0.0.1:${port}`, key)
    const devices = await call<Array<{ id: string }>>("GET", "/v1/locations/demo-house/devices")
    assert.isAtLeast(devices.data.length, 10)
    const monthAgo = new Date(Date.now() - 29.5 * 86_400_000).toISOString()
    const old = await call<Array<Reading>>("GET", `/v1/devices/grid/energy/readings?limit=1&from=${monthAgo}`)
    assert.isBelow(Date.parse(old.data[0]?.at ?? "") - Date.parse(monthAgo), 3_600_000)

    const month = await call<Array<{ importedWh: number; coverage: number }>>(
      "GET",
      `/v1/locations/demo-house/energy/consumption?resolution=1d&from=${monthAgo}&limit=500`
    )
    assert.isAtLeast(month.data.length, 29)
    for (const day of month.data.slice(0, -1)) assert.isAbove(day.importedWh, 0)
    for (const day of month.data.slice(1, -1)) assert.strictEqual(day.coverage, 1)

    // Live readings come by themselves; two different ones show that the house lives.
    const latest = async () =>
      (await call<Array<Reading>>("GET", "/v1/devices/grid/energy/readings/latest")).data[0]
    const before = await latest()
    for (let now = before; now?.at === before?.at; now = await latest())
      await new Promise((resolve) => setTimeout(resolve, 100))

    first.process.kill("SIGKILL")
    await first.ended
    const againAt = performance.now()
    const second = start(args)
    const outAgain = await second.ready
    assert.isBelow(performance.now() - againAt, 8_000)
    assert.strictEqual(keyIn(outAgain), key)
    const since = new Date(Date.now() - 3_600_000).toISOString()
    const hour = await call<Array<Reading>>("GET", `/v1/devices/grid/energy/readings?limit=500&from=${since}`)
    for (const [i, reading] of hour.data.entries()) {
      const previous = hour.data[i - 1]
      if (previous === undefined) continue
      assert.isAtLeast(reading.importWh, previous.importWh, reading.at)
      const hours = (Date.parse(reading.at) - Date.parse(previous.at)) / 3_600_000
      assert.isBelow(reading.importWh - previous.importWh, 30_000 * hours, `more than 30 kW at ${reading.at}`)
    }
    second.process.kill("SIGTERM")
    assert.strictEqual((await second.ended).code, 0)
  })
})
