import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { Browser, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Door, openDoor, password } from "../test/identity/house.fixture.ts"
import { launch } from "./browser.ts"

const email = "ada@example.com"

let door: Door
let browser: Browser
let script: string

beforeAll(async () => {
  const [opened, launched, { outputFiles }] = await Promise.all([
    openDoor(),
    launch(),
    build({
      stdin: {
        contents: `
          import { createClient } from "@wattkit/client"
          import { indexedDbStorage } from "@wattkit/client/queue"
          import { createSession } from "@wattkit/client/session"
          const baseUrl = location.origin
          const storage = indexedDbStorage("wattkit-session")
          const session = createSession({ baseUrl, storage })
          const client = createClient({ baseUrl, auth: session })
          const codeOf = (call) => call.then(() => "none", (error) => error.code)
          const calls = (n) => Promise.all(Array.from({ length: n }, () => codeOf(client.locations.list())))
          const makeStale = async () => {
            for (const key of await storage.keys()) {
              await storage.set(key, JSON.stringify({ ...JSON.parse(await storage.get(key)), staleAt: 0 }))
            }
          }
          globalThis.tab = { session, calls, makeStale, storage }`,
        resolveDir: fileURLToPath(new URL(".", import.meta.url))
      },
      bundle: true,
      format: "iife",
      target: "es2023",
      write: false
    })
  ])
  door = opened
  browser = launched
  script = outputFiles[0]!.text
  await door.join(email)
})

afterAll(async () => {
  await browser?.close()
  await door?.close()
})

describe("a person who signed in, in two tabs of Chromium", () => {
  it("gets one new token for both, is signed in after a reload, and out in both", async () => {
    const context = await browser.newContext()
    await context.route("**/blank", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Tab</title>" })
    )
    const refreshes: Array<string> = []
    context.on("request", (request) => {
      if (request.url().endsWith("/v1/auth/refresh")) refreshes.push(request.url())
    })
    const load = async (page: Page): Promise<Page> => {
      await page.goto(`${door.url}/blank`)
      await page.evaluate(script)
      return page
    }
    const [one, other] = [await load(await context.newPage()), await load(await context.newPage())]
    const calls = async (page: Page): Promise<ReadonlyArray<string>> => [
      ...new Set((await page.evaluate("tab.calls(10)")) as ReadonlyArray<string>)
    ]
    const credentials = JSON.stringify({ email, password })
    assert.deepStrictEqual(await one.evaluate(`tab.session.login(${credentials})`), { kind: "in" })
    assert.deepStrictEqual(await calls(other), ["none"])
    for (let round = 1; round <= 10; round++) {
      await one.evaluate("tab.makeStale()")
      assert.deepStrictEqual(await Promise.all([calls(one), calls(other)]), [["none"], ["none"]])
      assert.lengthOf(refreshes, round)
    }
    await load(other)
    assert.deepStrictEqual(await calls(other), ["none"])
    await other.evaluate("tab.session.logout()")
    assert.deepStrictEqual(await calls(one), ["UNAUTHORIZED"])
    assert.deepStrictEqual(await one.evaluate("tab.storage.keys()"), [])
    await context.close()
  })
})
