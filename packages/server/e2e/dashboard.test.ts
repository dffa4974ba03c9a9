import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { buildDashboard, usualOutDir } from "../dashboard/build.ts"
import { launch, openPage, type Watched } from "./browser.ts"
import { type RunningServer, startServer } from "./startServer.ts"

const screenshots = fileURLToPath(new URL("../../../.test-output/screenshots/", import.meta.url))
const wide = { width: 1280, height: 900 }
const narrow = { width: 360, height: 780 }

let server: RunningServer
let browser: Browser

const visit = (options: BrowserContextOptions = {}, url = server.dashboardUrl): Promise<Watched> =>
  openPage(browser, url, { viewport: wide, ...options })

const untilLive = (page: Page): Promise<void> =>
  page.locator("wk-live-power .pill[data-state=live]").waitFor({ timeout: 20_000 })

const assertClean = ({ badRequests, complaints }: Watched): void => {
  assert.deepStrictEqual(complaints, [])
  assert.deepStrictEqual(badRequests, [])
}

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(server.origin + path, {
    method: "POST",
    headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
    body: JSON.stringify(body)
  })

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true })
  await buildDashboard({ outDir: usualOutDir, minify: true })
  const [started, launched] = await Promise.all([startServer(["--demo"]), launch()])
  server = started
  browser = launched
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

describe("the dashboard", () => {
  it.each([
    ["wide-light", wide, "light"],
    ["wide-dark", wide, "dark"],
    ["narrow-light", narrow, "light"],
    ["narrow-dark", narrow, "dark"]
  ] as const)("fits its window and looks as on the picture %s", async (name, viewport, colorScheme) => {
    const watched = await visit({ viewport, colorScheme })
    const { page } = watched
    await untilLive(page)
    await page.locator("wk-today tbody tr").first().waitFor()
    await page.screenshot({ path: `${screenshots}dashboard-${name}.png`, fullPage: true })
    assert.isAtMost(await widthOf(page), viewport.width)
    assertClean(watched)
    await page.context().close()
  })

  it("signs in by the printed address and shows power that moves", async () => {
    const watched = await visit()
    const { page } = watched
    await untilLive(page)
    assert.notInclude(page.url(), "key=")
    assert.isTrue(await page.evaluate(() => sessionStorage.length > 0))
    const list = page.locator("wk-live-power .use")
    const before = await list.innerText()
    await page.waitForFunction(
      (text) => {
        const shown = document.querySelector("wk-live-power")?.shadowRoot?.querySelector<HTMLElement>(".use")
        return shown !== null && shown !== undefined && shown.innerText !== text
      },
      before,
      { timeout: 10_000 }
    )
    assertClean(watched)
    await page.context().close()
  })

  it("stays signed in when it is loaded again", async () => {
    const watched = await visit()
    const { page } = watched
    await untilLive(page)
    await page.reload()
    await untilLive(page)
    assertClean(watched)
    await page.context().close()
  })

  it("shows a device that is registered while the page is open", async () => {
    const { page } = await visit()
    await untilLive(page)
    const [location] = (
      (await (
        await fetch(`${server.origin}/v1/locations`, { headers: { authorization: `Bearer ${server.key}` } })
      ).json()) as { data: ReadonlyArray<{ id: string }> }
    ).data
    const draft = { id: "late-plug", name: "Late plug", role: "load", kind: "plug" }
    assert.strictEqual((await post(`/v1/locations/${location!.id}/devices`, draft)).status, 201)
    await post("/v1/devices/late-plug/energy/readings", { at: new Date().toISOString(), powerW: 1234 })
    await page.locator("wk-live-power .use li", { hasText: "Late plug" }).waitFor({ timeout: 10_000 })
    await page.context().close()
  })

  it("reaches every control by keyboard, and reads the chart with it", async () => {
    const { page } = await visit()
    await untilLive(page)
    const reached = new Set<string>()
    for (let count = 0; count < 20; count++) {
      await page.keyboard.press("Tab")
      const name = await page.evaluate(() => {
        let focused = document.activeElement
        while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
        return (
          focused?.getAttribute("role") ??
          (focused as HTMLElement | null)?.innerText?.split("\n")[0]?.trim() ??
          ""
        )
      })
      reached.add(name)
    }
    for (const name of ["Theme: auto", "Sign out", "Show as table", "House", "Grid", "slider"])
      assert.include([...reached], name)
    const plot = page.locator("wk-live-power [role=slider]")
    await plot.focus()
    const now = await plot.getAttribute("aria-valuenow")
    await page.keyboard.press("PageDown")
    assert.isBelow(Number(await plot.getAttribute("aria-valuenow")), Number(now))
    assert.match((await plot.getAttribute("aria-valuetext"))!, /^\d\d:\d\d:\d\d, House .*W, Solar/)
    await page.locator("wk-live-power button", { hasText: "Show as table" }).press("Enter")
    await page.locator("wk-live-power .recent table").waitFor()
    assert.strictEqual(await page.locator("wk-live-power .recent tbody tr").count(), 15)
    await page.context().close()
  })

  it("shows nothing moving to who asked for less motion", async () => {
    const { page } = await visit({ reducedMotion: "reduce" })
    await untilLive(page)
    const running = await page.evaluate(
      () => document.querySelector("wk-live-power")!.shadowRoot!.getAnimations().length
    )
    assert.strictEqual(running, 0)
    await page.context().close()
  })
})

describe("signing in", () => {
  it("says what is wrong with a key, and forgets it when asked", async () => {
    const { page } = await visit({}, server.origin)
    await page.getByRole("button", { name: "Use an access key" }).click()
    await page.getByLabel("Access key").fill("wk_live_wrong")
    await page.keyboard.press("Enter")
    await page.getByText("This key is not accepted").waitFor()
    await page.screenshot({ path: `${screenshots}sign-in.png` })
    await page.getByLabel("Access key").fill(server.key)
    await page.keyboard.press("Enter")
    await untilLive(page)
    await page.getByText("Sign out").click()
    await page.getByLabel("Access key").waitFor()
    assert.strictEqual(await page.evaluate(() => sessionStorage.length), 0)
    await page.context().close()
  })

  it("asks again when the key in the address is not accepted", async () => {
    const { page } = await visit({}, `${server.origin}/#key=wk_live_wrong`)
    await page.getByText("This key is not accepted").waitFor()
    assert.notInclude(page.url(), "key=")
    await page.context().close()
  })
})

/** Waits in the page until the largest number says a power, and tells when that was. */
const promiseOf = (page: Page, power: string): Promise<void> =>
  page.evaluate((text) => {
    const root = document.querySelector("wk-live-power")!.shadowRoot!
    const seen = new Promise<number>((resolve) => {
      const look = (): void => {
        const shown = root.querySelector<HTMLElement>(".number")?.innerText ?? ""
        if (shown.replaceAll(/\s/g, "").includes(text)) resolve(Date.now())
      }
      new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true })
    })
    Object.assign(globalThis, { seen })
  }, power)

const sendReading = async (powerW: number): Promise<number> => {
  const reading = { at: new Date().toISOString(), powerW, importWh: 12_345 }
  assert.strictEqual((await post("/v1/devices/cabin-meter/energy/readings", reading)).status, 200)
  return Date.now()
}

describe("a newcomer's location", () => {
  it("shows each next step, and the first reading within a second of its acknowledgement", async () => {
    const draft = {
      id: "my-cabin",
      name: "Lake cabin",
      kind: "house",
      zone: "Europe/Berlin",
      currency: "EUR"
    }
    assert.strictEqual((await post("/v1/locations", draft)).status, 201)
    const watched = await visit()
    const { page } = watched
    await untilLive(page)
    await page.locator("#location").selectOption("my-cabin")
    const command = page.locator("#first-command")
    await command.filter({ hasText: "/v1/locations/my-cabin/devices" }).waitFor()
    await page.screenshot({ path: `${screenshots}no-device.png` })

    const meter = { id: "cabin-meter", name: "Cabin meter", role: "grid", kind: "grid_meter" }
    assert.strictEqual((await post("/v1/locations/my-cabin/devices", meter)).status, 201)
    await command.filter({ hasText: "/v1/devices/cabin-meter/energy/readings" }).waitFor({ timeout: 10_000 })
    await page.screenshot({ path: `${screenshots}no-reading.png` })

    // The second follows at once and waits for its turn among the updates of the location.
    for (const [powerW, text, mostMs] of [
      [1230, "+1.23kW", 1000],
      [-4560, "−4.56kW", 1000]
    ] as const) {
      await promiseOf(page, text)
      const acknowledgedAt = await sendReading(powerW)
      const seenAt = await page.evaluate(() => (globalThis as { seen?: Promise<number> }).seen)
      assert.isBelow(seenAt! - acknowledgedAt, mostMs, text)
    }
    await page.locator("wk-live-power .supply li", { hasText: "Source without a meter" }).waitFor()
    await page.screenshot({ path: `${screenshots}one-meter.png` })
    assertClean(watched)
    await page.context().close()
  })
})
