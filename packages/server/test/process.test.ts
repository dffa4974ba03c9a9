import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer, request } from "node:http"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { WebSocket } from "ws"
import { makeCall, makeHouse } from "./fixtures/call.ts"
import { temporaryFolder } from "./fixtures/inProcess.ts"
import { freePort, keyIn, start } from "./fixtures/serverProcess.ts"

const folders: Array<string> = []
const folder = () => {
  const made = temporaryFolder()
  folders.push(made)
  return made
}

afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })))

/** Begins a request and returns when the server waits for its body; what is returned sends the body. */
const begin = (url: string, key: string) =>
  new Promise<(body: string) => Promise<{ readonly status: number | undefined; readonly text: string }>>(
    (resolve) => {
      const headers = {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        expect: "100-continue"
      }
      const sent = request(url, { method: "POST", headers, agent: false })
      const answered = new Promise<{ status: number | undefined; text: string }>((done, fail) => {
        sent.on("error", fail)
        sent.on("response", (response) => {
          let text = ""
          response.on("data", (chunk) => (text += String(chunk)))
          response.on("end", () => done({ status: response.statusCode, text }))
        })
      })
      answered.catch(() => {})
      sent.on("continue", () =>
        resolve((body) => {
          sent.end(body)
          return answered
        })
      )
      sent.flushHeaders()
    }
  )

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/health/live`).then(
    () => true,
    () => false
  )

/** One sentence, no trace. */
const isSentence = (text: string): boolean =>
  /^wattkit: [^\n]+\n$/.test(text) && !/\n\s+at |node_modules/.test(text)

describe("wattkit serve, when it cannot start", () => {
  it("names the taken port and the way out", async () => {
    const other = createServer()
    const port = await new Promise<number>((resolve) => {
      other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port))
    })
    const { code, err, out } = await start(["serve", "--port", String(port), "--data-dir", folder()]).ended
    other.close()
    assert.strictEqual(code, 1)
    assert.isTrue(isSentence(err), err)
    assert.match(err, new RegExp(`port ${port}.*--port.*WATTKIT_PORT`))
    assert.strictEqual(out, "")
  })

  it.each([
    [["serve", "--prot", "1"], {}, /--prot.*--help/],
    [["serve", "--port", "many"], {}, /--port.*many/],
    [["serve", "--port", "70000"], {}, /WATTKIT_PORT is "70000"/],
    [["sevre"], {}, /sevre.*--help/],
    [["serve"], { WATTKIT_LOG_LEVEL: "loud" }, /WATTKIT_LOG_LEVEL is "loud".*one of error/],
    [["serve"], { WATTKIT_CORS_ORIGINS: "example.com/x" }, /WATTKIT_CORS_ORIGINS/],
    [["serve", "--port", "0", "--host", "192.0.2.1"], {}, /no address 192\.0\.2\.1.*--host/],
    [["serve", "--port", "0", "--data-dir", "/dev/null/x"], {}, /\/dev\/null\/x.*--data-dir/]
  ] as const)("says of %j %j in a sentence why", async (args, env, expected) => {
    const ended = await start([...args], { WATTKIT_DATA_DIR: folder(), ...env }).ended
    assert.strictEqual(ended.code, 1)
    assert.isTrue(isSentence(ended.err), ended.err)
    assert.match(ended.err, expected)
  })

  it("explains a database that is not there without its password", async () => {
    const port = await freePort()
    const url = `postgres://me:hunter2@127.0.0.1:${port}/none`
    const { code, err, out } = await start(["serve", "--port", "0"], {
      DATABASE_URL: url,
      WATTKIT_DATA_DIR: folder()
    }).ended
    assert.strictEqual(code, 1)
    assert.isTrue(isSentence(err), err)
    assert.notMatch(err + out, /hunter2/)
  })
})

describe("wattkit serve", () => {
  const dataDir = join(temporaryFolder(), "data")
  let port: number
  let key: string

  beforeAll(async () => {
    folders.push(join(dataDir, ".."))
    port = await freePort()
  })

  const args = () => ["serve", "--no-demo", "--port", String(port), "--data-dir", dataDir]

  it("prints its first key once, refuses a second server, and drains on SIGTERM", async () => {
    const server = start(args())
    key = keyIn(await server.ready)
    const url = `http://127.0.0.1:${port}`
    const call = makeCall(url, key)
    await makeHouse(call)

    const startedAt = performance.now()
    const second = await start(["serve", "--port", "0", "--data-dir", dataDir]).ended
    assert.isBelow(performance.now() - startedAt, 5_000)
    assert.strictEqual(second.code, 1)
    assert.isTrue(isSentence(second.err), second.err)
    assert.match(second.err, /in use by process \d+/)

    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, ["wattkit.v1"], {
      headers: { authorization: `Bearer ${key}` }
    })
    await new Promise((resolve) => socket.once("open", resolve))
    const closed = new Promise<number>((resolve) => socket.once("close", resolve))
    const readings = Array.from({ length: 20_000 }, (_, i) => ({
      at: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
      powerW: i
    }))
    const inFlight = await begin(`${url}/v1/devices/meter/energy/readings`, key)
    server.process.kill("SIGTERM")
    assert.strictEqual(await closed, 1001)
    const answer = await inFlight(JSON.stringify(readings))
    assert.strictEqual(answer.status, 200)
    assert.include(answer.text, '"accepted":20000')
    const { code, err } = await server.ended
    assert.strictEqual(code, 0, err)
    assert.strictEqual(err, "")
  })

  it("starts again with everything there, and prints no key", async () => {
    const server = start(args(), { WATTKIT_LOG_LEVEL: "info" })
    assert.strictEqual(keyIn(await server.ready), "")
    const call = makeCall(`http://127.0.0.1:${port}`, key)
    const latest = await call<Array<{ powerW: number }>>(
      "GET",
      `/v1/devices/meter/energy/readings/latest?secret=${key}`
    )
    assert.strictEqual(latest.data[0]?.powerW, 19_999)
    server.process.kill("SIGINT")
    const { code, out } = await server.ended
    assert.strictEqual(code, 0)
    const line = out.split("\n").find((text) => text.includes("/latest"))
    assert.deepInclude(JSON.parse(line ?? "{}") as object, {
      level: "info",
      message: "request",
      service: "wattkit",
      method: "GET",
      url: "/v1/devices/meter/energy/readings/latest",
      status: 200
    })
    assert.notInclude(out, key)
  })

  it("ends at once at the second signal", async () => {
    const server = start(args())
    await server.ready
    const url = `http://127.0.0.1:${port}`
    await begin(`${url}/v1/locations`, key)
    server.process.kill("SIGTERM")
    while (await answers(url)) {}
    assert.isNull(server.process.exitCode)
    server.process.kill("SIGTERM")
    assert.strictEqual((await server.ended).code, 130)
  })
})

describe("settings", () => {
  it("come from flags before the environment before .env", async () => {
    const dataDir = folder()
    mkdirSync(join(dataDir, "cwd"))
    writeFileSync(join(dataDir, "cwd", ".env"), "WATTKIT_PORT=70001\nWATTKIT_LOG_LEVEL=loud\n")
    const cwd = process.cwd()
    process.chdir(join(dataDir, "cwd"))
    try {
      const env = { WATTKIT_DATA_DIR: dataDir, WATTKIT_LOG_LEVEL: undefined }
      assert.match((await start(["serve"], env).ended).err, /"70001"/)
      assert.match((await start(["serve"], { ...env, WATTKIT_PORT: "70002" }).ended).err, /"70002"/)
      assert.match(
        (await start(["serve", "--port", "8080"], { ...env, WATTKIT_PORT: "70002" }).ended).err,
        /"loud"/
      )
    } finally {
      process.chdir(cwd)
    }
    assert.isTrue(statSync(dataDir).isDirectory())
  })
})
