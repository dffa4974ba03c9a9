import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { buildDashboard, usualOutDir } from "../dashboard/build.ts"
import { launch, openPage } from "./browser.ts"
import { type RunningServer, startServer } from "./startServer.ts"

const screenshots = fileURLToPath(new URL("../../../.test-output/screenshots/", import.meta.url))

let server: RunningServer
let browser: Browser

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true })
  await buildDashboard({ outDir: usualOutDir, minify: true })
  const [started, launched] = await Promise.all([startServer(["--demo"]), launch()])
  server = started
  browser = launched
  for (const ago of [20, 10]) {
    const at = Math.floor(Date.now() / 1000) - ago
    await write(`power,room=cellar powerW=${400 + ago},importWh=12000 ${at}`)
    await write(`washing,room=bath powerW=5,Total=3 ${at}`)
  }
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** What an InfluxDB client writes with the key of a program, which nothing is bound to. */
const write = async (line: string): Promise<void> => {
  const response = await fetch(`${server.origin}/write?db=x&precision=s&p=${server.key}`, {
    method: "POST",
    body: line
  })
  assert.strictEqual(response.status, 204)
}

const visit = (options: BrowserContextOptions = {}) =>
  openPage(browser, server.dashboardUrl, { viewport: { width: 1280, height: 900 }, ...options })

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

describe("devices on the dashboard", () => {
  it.each([
    ["wide-light", 1280, "light"],
    ["wide-dark", 1280, "dark"],
    ["narrow-light", 360, "light"],
    ["narrow-dark", 360, "dark"]
  ] as const)("fit their window and look as on the picture %s", async (name, width, colorScheme) => {
    const { badRequests, complaints, page } = await visit({ viewport: { width, height: 780 }, colorScheme })
    await page.locator("#heard li").first().waitFor({ timeout: 20_000 })
    await page.locator("#letters summary").first().click()
    assert.isAtMost(await widthOf(page), width)
    await page.locator("#devices").screenshot({ path: `${screenshots}devices-${name}.png` })
    await page.getByRole("button", { name: "Add a device" }).click()
    await page.locator("#format-steps li").first().waitFor()
    assert.isAbove(await page.locator("#format-choice option").count(), 5)
    await page.screenshot({ path: `${screenshots}formats-${name}.png` })
    assert.isAtMost(await widthOf(page), width)
    await page.getByRole("button", { name: "Close" }).click()
    await page.locator("#formats").waitFor({ state: "hidden" })
    assert.deepStrictEqual([complaints, badRequests], [[], []])
    await page.context().close()
  })

  it("adopt a stranger, and drop what nobody wants", async () => {
    const { badRequests, complaints, page } = await visit()
    const stranger = page.locator("#heard li", { hasText: "room=cellar" })
    await stranger.getByRole("button", { name: /Adopt/ }).click({ timeout: 20_000 })
    await page.getByLabel("Name").fill("Cellar")
    await page.getByLabel("What it is").selectOption("sub_meter")
    await page.screenshot({ path: `${screenshots}adopt.png` })
    await page.locator("#adopt button[type=submit]").click()
    await page.getByText("Cellar is a device now. 2 of its messages were waiting").waitFor()
    await stranger.getByText("bound to dev_").waitFor()
    const washer = page.locator("#letters li", { hasText: "room=bath" })
    await washer.getByRole("button", { name: /^Replay/ }).click()
    await page.getByText("0 replayed. 2 wait on: nothing is bound").waitFor()
    await washer.getByRole("button", { name: /^Drop/ }).click()
    await page.getByText("2 dropped.").waitFor()
    await washer.waitFor({ state: "detached" })
    assert.isTrue(await page.locator("#letters-part").isHidden())
    assert.deepStrictEqual([complaints, badRequests], [[], []])
    await page.context().close()
  })

  it("cannot be given anything but text by what a device calls itself", async () => {
    await write(`<img\\ src=x\\ onerror=alert(1)> powerW=1`)
    const { complaints, page } = await visit()
    await page.locator("#heard li", { hasText: "<img src=x" }).waitFor({ timeout: 20_000 })
    assert.strictEqual(await page.locator("#devices img").count(), 0)
    assert.deepStrictEqual(complaints, [])
    await page.context().close()
  })
})
