import { createClient, type Device } from "@wattkit/client"
import { build } from "esbuild"
import { createServer, connect, type Server, type Socket } from "node:net"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import { launch } from "./browser.ts"
import { type Meter, type MeterState, startMeter } from "./offlineHour.ts"
import { type RunningServer, startServer } from "./startServer.ts"

// A meter says a reading every few seconds. For two minutes it is heard, for two minutes what the server
// answers is lost, for an hour there is no network, then it is heard again. Both runs tell the same story.

const silentFrom = 120
const cutFrom = 240
const cutUntil = cutFrom + 3600
const end = cutUntil + 120
/** The seconds between two readings; a real storage makes one each second slow. */
const every = Number(process.env["WATTKIT_TEST_OFFLINE_EVERY"] ?? 10)
const begin = Date.now() - 3 * 3_600_000

let server: RunningServer
let locationId: string

beforeAll(async () => {
  server = await startServer(["--demo"])
  const client = createClient({ baseUrl: server.origin, auth: server.key })
  const body = { name: "Far away", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const
  locationId = (await client.locations.create({ body })).id
})

afterAll(async () => {
  await server?.stop()
})

const register = async (name: string): Promise<Device> => {
  const client = createClient({ baseUrl: server.origin, auth: server.key })
  const body = { name, role: "grid", kind: "grid_meter" } as const
  return (await client.devices.register({ locationId, body })).device
}

/** Every reading that was said is there, each once. */
const check = async (deviceId: string): Promise<void> => {
  const client = createClient({ baseUrl: server.origin, auth: server.key })
  const numbers: Array<number> = []
  for await (const { at, powerW } of client.readings.list({ id: deviceId, limit: 500 })) {
    assert.strictEqual(Date.parse(at), begin + Number(powerW) * every * 1000)
    numbers.push(Number(powerW))
  }
  assert.deepStrictEqual(
    numbers,
    Array.from({ length: end / every }, (_, n) => n)
  )
}

/** A wire to the server that can lose answers and be cut. */
const startWire = async () => {
  const port = Number(new URL(server.origin).port)
  const wire = { losesAnswers: false, lost: 0, refused: 0, isCut: false }
  const sockets = new Set<Socket>()
  const proxy: Server = createServer((near) => {
    if (wire.isCut) {
      wire.refused++
      return near.destroy()
    }
    const far = connect(port, new URL(server.origin).hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.on("data", (chunk: Buffer) => {
      if (!wire.losesAnswers) return near.write(chunk)
      wire.lost++
      return near.destroy()
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve))
  const { port: nearPort } = proxy.address() as AddressInfo
  return {
    wire,
    url: `http://127.0.0.1:${nearPort}`,
    cut: () => {
      wire.isCut = true
      for (const socket of sockets) socket.destroy()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => proxy.close(resolve))
    }
  }
}

describe("an hour without a network, in Node.js", () => {
  it("costs no reading and doubles none", async () => {
    const device = await register("Node")
    const { close, cut, url, wire } = await startWire()
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] })
    const storage = new Map<string, string>()
    const options = { baseUrl: url, key: server.key, deviceId: device.id, begin, every, storage }
    let meter: Meter = startMeter(options)
    /** Seconds pass, but not while an answer is on its way: the network is real, the clock is not. */
    const pass = async (seconds: number): Promise<void> => {
      for (let i = 0; i < seconds; i += every) {
        await vi.advanceTimersByTimeAsync(every * 1000)
        while (meter.state().isSending) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    try {
      meter.speak(0, 1200)
      await pass(silentFrom)
      assert.isAtMost(meter.state().length, 5)
      wire.losesAnswers = true
      await pass(cutFrom - silentFrom)
      assert.isAbove(wire.lost, 1)
      cut()
      wire.losesAnswers = false
      await pass(1200 - cutFrom)
      // The program ends and starts again, with what its storage holds.
      await meter.queue.close()
      meter = startMeter(options)
      meter.speak(1200, end)
      await pass(cutUntil - 1200)
      assert.isAbove(wire.refused, 60)
      assert.isAbove(meter.state().length, 3600 / every)
      assert.isTrue(meter.state().hasFailed)
      wire.isCut = false
      await pass(180)
      assert.deepStrictEqual(meter.state(), {
        length: 0,
        isSending: false,
        hasFailed: false,
        adding: 0,
        refused: 0
      })
    } finally {
      await meter.queue.close()
      vi.useRealTimers()
      await close()
    }
    await check(device.id)
    assert.strictEqual(storage.size, 0)
  })
})

describe("an hour without a network, in Chromium", () => {
  let browser: Browser
  let script: string
  beforeAll(async () => {
    browser = await launch()
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL("offlineHour.ts", import.meta.url))],
      bundle: true,
      format: "iife",
      globalName: "offlineHour",
      footer: { js: "globalThis.offlineHour = offlineHour" },
      target: "es2023",
      write: false
    })
    script = outputFiles[0]!.text
  })

  afterAll(async () => {
    await browser?.close()
  })

  const openMeter = async (context: BrowserContext, deviceId: string): Promise<Page> => {
    const page = await context.newPage()
    await page.goto(`${server.origin}/blank`)
    await page.evaluate(script)
    const options = { baseUrl: server.origin, key: server.key, deviceId, begin, every }
    await page.evaluate(`globalThis.meter = offlineHour.startMeter(${JSON.stringify(options)})`)
    return page
  }
  const stateOf = (page: Page): Promise<MeterState> => page.evaluate("meter.state()")
  const speak = (page: Page, from: number, to: number): Promise<unknown> =>
    page.evaluate(`meter.speak(${from}, ${to})`)

  it("costs no reading and doubles none, though a page is closed meanwhile", async () => {
    const device = await register("Chromium")
    const context = await browser.newContext()
    await context.clock.install({ time: begin })
    const wire = { losesAnswers: false, lost: 0, underWay: 0, mostUnderWay: 0 }
    await context.route("**/blank", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Meter</title>" })
    )
    await context.route("**/v1/readings", async (route) => {
      wire.mostUnderWay = Math.max(wire.mostUnderWay, ++wire.underWay)
      try {
        if (!wire.losesAnswers) return await route.continue()
        await route.fetch()
        wire.lost++
        await route.abort("connectionreset")
      } finally {
        wire.underWay--
      }
    })
    const first = await openMeter(context, device.id)
    const second = await openMeter(context, device.id)
    const pass = async (page: Page, seconds: number, step: number): Promise<void> => {
      for (let i = 0; i < seconds; i += step) {
        await page.clock.runFor(step * 1000)
        for (;;) {
          const { adding, isSending } = await stateOf(page)
          if (adding === 0 && !isSending) break
          await sleep(2)
        }
      }
    }
    await speak(first, 0, 1200)
    await pass(first, silentFrom, every)
    assert.isAtMost((await stateOf(first)).length, 5)
    wire.losesAnswers = true
    await pass(first, cutFrom - silentFrom, every)
    assert.isAbove(wire.lost, 1)
    await context.setOffline(true)
    wire.losesAnswers = false
    await pass(first, 1200 - cutFrom, 20)
    await first.close()
    await speak(second, 1200, end)
    await pass(second, cutUntil - 1200, 20)
    const { hasFailed, length } = await stateOf(second)
    assert.isAbove(length, 3600 / every)
    assert.isTrue(hasFailed)
    await context.setOffline(false)
    await pass(second, 180, every)
    assert.deepStrictEqual(await stateOf(second), {
      length: 0,
      isSending: false,
      hasFailed: false,
      adding: 0,
      refused: 0
    })
    assert.strictEqual(wire.mostUnderWay, 1)
    // Who opens the page now finds nothing left to do.
    const third = await openMeter(context, device.id)
    await third.evaluate("meter.queue.flush()")
    assert.strictEqual((await stateOf(third)).length, 0)
    await context.close()
    await check(device.id)
  })
})
