import { mkdirSync } from "node:fs"
import type { Server } from "node:http"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Browser } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { launch, openPage } from "../../packages/server/e2e/browser.ts"
import { type RunningServer, startServer } from "../../packages/server/e2e/startServer.ts"
import { bundle, serve } from "./serve.ts"

const screenshots = join(import.meta.dirname, "../../.test-output/screenshots")

let page: { readonly server: Server; readonly origin: string }
let wattkit: RunningServer
let browser: Browser

beforeAll(async () => {
  page = await serve(0)
  wattkit = await startServer(["--demo"], { WATTKIT_CORS_ORIGINS: page.origin })
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await wattkit?.stop()
  page?.server.close()
})

describe("live-page", () => {
  it("shows the power of a server on another origin", async () => {
    mkdirSync(screenshots, { recursive: true })
    const url = `${page.origin}/?server=${wattkit.origin}#key=${wattkit.key}`
    const { complaints, page: shown } = await openPage(browser, url, {
      viewport: { width: 1100, height: 900 }
    })
    await shown.locator("wk-live-power .pill[data-state=live]").waitFor({ timeout: 20_000 })
    assert.match(await shown.locator("wk-live-power .number").innerText(), /\d.*W/s)
    await shown.screenshot({ path: join(screenshots, "live-page.png") })
    assert.deepStrictEqual(complaints, [])
  })

  it("keeps the bundle small", async () => {
    assert.isBelow(gzipSync(await bundle()).length, 30_000)
  })
})
