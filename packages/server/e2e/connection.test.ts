import type { Browser } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { buildDashboard, usualOutDir } from "../dashboard/build.ts"
import { launch, openPage } from "./browser.ts"
import { type RunningServer, startServer } from "./startServer.ts"

let server: RunningServer
let browser: Browser

beforeAll(async () => {
  await buildDashboard({ outDir: usualOutDir, minify: true })
  server = await startServer(["--demo"])
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

describe("the dashboard when the server goes away", () => {
  it("keeps the last values, says so, and tells a newcomer that nobody answers", async () => {
    const { page } = await openPage(browser, server.dashboardUrl, { viewport: { width: 1280, height: 900 } })
    await page.locator("wk-live-power .pill[data-state=live]").waitFor({ timeout: 20_000 })
    await page.getByText("Sign out").waitFor()
    const { page: newcomer } = await openPage(browser, server.origin)
    await server.stop()
    await page.locator("wk-live-power .pill[data-state=reconnecting]").waitFor({ timeout: 20_000 })
    await page.getByText("The connection was lost").waitFor()
    assert.match(await page.locator("wk-live-power .number").innerText(), /\d/)
    await newcomer.getByRole("button", { name: "Use an access key" }).click()
    await newcomer.getByLabel("Access key").fill("wk_live_any")
    await newcomer.keyboard.press("Enter")
    await newcomer.getByText("The server does not answer").waitFor()
  })
})
