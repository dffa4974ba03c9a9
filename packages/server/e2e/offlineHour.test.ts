import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { Browser, BrowserContext } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { layerMemory } from "../src/storage/Storage.ts"
import { startServer, type TestServer } from "../test/fixtures/inProcess.ts"
import type { MeterState } from "../test/offline/Meter.ts"
import { minutesWithout, type Open, tell, whole } from "../test/offline/tell.ts"
import { launch } from "./browser.ts"

let server: TestServer
let browser: Browser
let script: string

beforeAll(async () => {
  const [started, launched, { outputFiles }] = await Promise.all([
    startServer(layerMemory),
    launch(),
    build({
      entryPoints: [fileURLToPath(new URL("../test/offline/Meter.ts", import.meta.url))],
      bundle: true,
      format: "iife",
      globalName: "offline",
      footer: { js: "globalThis.offline = offline" },
      target: "es2023",
      write: false
    })
  ])
  server = started
  browser = launched
  script = outputFiles[0]!.text
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

/** Meters in tabs, whose queue is in IndexedDB. To kill one is to close its tab. */
const openTabs = async (): Promise<{ context: BrowserContext; open: Open }> => {
  const context = await browser.newContext()
  // The page itself is there without a network, as one with a service worker is.
  await context.route("**/blank", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Meter</title>" })
  )
  const open: Open = async (options) => {
    const page = await context.newPage()
    await page.goto(`${options.baseUrl}/blank`)
    await page.evaluate(script)
    await page.evaluate(`globalThis.meter = offline.openMeter(${JSON.stringify(options)}), undefined`)
    const ask = (question: string): Promise<unknown> => page.evaluate(`meter.${question}`)
    return {
      say: async (from, to) => void (await ask(`say(${from}, ${to})`)),
      correct: async (n) => void (await ask(`correct(${n})`)),
      flush: async () => void (await ask("flush()")),
      state: async () => (await ask("state()")) as MeterState,
      kill: () => page.close()
    }
  }
  return { context, open }
}

describe("an hour without a network, in Chromium", () => {
  it("costs nothing that tabs said or corrected, and doubles nothing, though they are closed", async () => {
    const { context, open } = await openTabs()
    assert.deepStrictEqual(await tell(server, open, minutesWithout()), whole)
    await context.close()
  })

  it("is noticed when a queue forgets what it kept", async () => {
    const { context, open } = await openTabs()
    const ledger = await tell(server, open, 3, "forgets")
    assert.isAbove(ledger.lost.length, 3)
    await context.close()
  })
})
