import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { assert } from "vitest"
import { buildDashboard, usualOutDir } from "../dashboard/build.ts"
import type { ServerConfig } from "../src/config.ts"
import { type Door, openDoor, password } from "../test/identity/house.fixture.ts"
import { obstacles } from "./accessible.ts"
import { launch, openPage, type Watched } from "./browser.ts"

const screenshots = fileURLToPath(new URL("../../../.test-output/screenshots/", import.meta.url))

export const wide = { width: 1280, height: 900 }
export const narrow = { width: 360, height: 780 }

/** How pages are looked at: in every width and theme. */
export const looks = [
  ["wide-light", wide, "light"],
  ["wide-dark", wide, "dark"],
  ["narrow-light", narrow, "light"],
  ["narrow-dark", narrow, "dark"]
] as const

/** A server with its mail, and a browser. */
export interface Stage {
  readonly door: Door
  readonly browser: Browser
  readonly visit: (fragment?: string, options?: BrowserContextOptions) => Promise<Watched>
  readonly close: () => Promise<void>
}

/** Starts both. */
export const openStage = async (over: Partial<ServerConfig> = {}): Promise<Stage> => {
  mkdirSync(screenshots, { recursive: true })
  const [, door, browser] = await Promise.all([
    buildDashboard({ outDir: usualOutDir, minify: true }),
    openDoor(over),
    launch()
  ])
  return {
    door,
    browser,
    visit: (fragment = "", options = {}) =>
      openPage(browser, `${door.url}/${fragment}`, { viewport: wide, ...options }),
    close: async () => {
      await browser.close()
      await door.close()
    }
  }
}

/** Fills in the form for address and password, and sends it. */
export const signInAs = async (page: Page, email: string, typed = password): Promise<void> => {
  await page.getByLabel("E-mail address").fill(email)
  await page.getByLabel("Password", { exact: true }).fill(typed)
  await page.getByRole("button", { name: "Sign in", exact: true }).click()
}

/** Waits until somebody is in. */
export const untilIn = (page: Page): Promise<void> => page.getByRole("link", { name: "Now" }).waitFor()

/** Waits until there is the form for address and password. */
export const untilOut = (page: Page): Promise<void> =>
  page.getByRole("heading", { name: "Sign in to wattkit" }).waitFor()

const isRefusal = (text: string): boolean => /^Failed to load resource: .* status of 4\d\d /.test(text)

/** Nothing went wrong on a page, but for what the server was right to refuse. */
export const assertClean = (
  { badRequests, complaints }: Watched,
  ...refused: ReadonlyArray<string>
): void => {
  assert.deepStrictEqual(
    complaints.filter((text) => refused.length === 0 || !isRefusal(text)),
    []
  )
  assert.deepStrictEqual(
    badRequests.filter((text) => !refused.some((path) => text.startsWith("4") && text.endsWith(path))),
    []
  )
}

/** Takes a picture of a page, which has to fit its width and to have nothing in anybody's way. */
export const picture = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true })
  const [width, shown] = [page.viewportSize()!.width, await page.evaluate(() => document.body.scrollWidth)]
  assert.isAtMost(shown, width, name)
  assert.deepStrictEqual(await obstacles(page), [], name)
}
