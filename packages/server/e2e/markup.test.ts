import type { Browser } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { buildDashboard, usualOutDir } from "../dashboard/build.ts"
import { launch, openPage } from "./browser.ts"
import { type RunningServer, startServer } from "./startServer.ts"

/** What becomes a script in a page that takes it for more than a text; each would call `owned`. */
const payloads: ReadonlyArray<string> = [
  "<script>owned()</script>",
  "</script><script>owned()</script>",
  "<ScRiPt>owned()</sCrIpT>",
  '"><script>owned()</script>',
  "'><script>owned()</script>",
  "<img src=x onerror=owned()>",
  '"><img src=x onerror=owned()>',
  "<img/src=x/onerror=owned()>",
  '<img src="x" onerror="owned()"',
  "<svg onload=owned()>",
  "<svg><script>owned()</script></svg>",
  "<svg><animate onbegin=owned() attributeName=x dur=1s>",
  "<math><mtext><script>owned()</script></mtext></math>",
  "<iframe src=javascript:parent.owned()>",
  '<iframe srcdoc="<script>parent.owned()</script>">',
  "<body onload=owned()>",
  "<details open ontoggle=owned()>",
  "<input autofocus onfocus=owned()>",
  "<video><source onerror=owned()></video>",
  "<a href=javascript:owned()>press me</a>",
  "javascript:owned()",
  "<style>@import'javascript:owned()';</style>",
  "<link rel=stylesheet href=//evil.example/x.css>",
  "<base href=//evil.example/>",
  "<meta http-equiv=refresh content=0;url=javascript:owned()>",
  "<object data=javascript:owned()>",
  "<template><script>owned()</script></template>",
  "<!--><script>owned()</script-->",
  "${owned()}{{constructor.constructor('owned()')()}}",
  '<noscript><p title="</noscript><img src=x onerror=owned()>">',
  "&lt;script&gt;owned()&lt;/script&gt;",
  "\\u003cscript\\u003eowned()\\u003c/script\\u003e"
]

let server: RunningServer
let browser: Browser

const send = async (method: string, path: string, body: unknown): Promise<void> => {
  const response = await fetch(server.origin + path, {
    method,
    headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
    body: JSON.stringify(body)
  })
  if (!response.ok) throw new Error(await response.text())
}

beforeAll(async () => {
  await buildDashboard({ outDir: usualOutDir, minify: true })
  const [started, launched] = await Promise.all([startServer(["--demo"]), launch()])
  server = started
  browser = launched
  const place = { kind: "house", zone: "Europe/Berlin", currency: "EUR" }
  await send("POST", "/v1/locations", { id: "house", name: payloads[0], address: payloads[1], ...place })
  for (const [i, name] of payloads.entries()) {
    const device = {
      id: `meter-${i}`,
      name,
      role: i === 0 ? "grid" : "load",
      kind: i === 0 ? "grid_meter" : "plug"
    }
    await send("POST", "/v1/locations/house/devices", device)
    const reading = {
      at: new Date().toISOString(),
      powerW: 100 + i,
      importWh: 1_000 + i,
      extra: { owned: 1 }
    }
    await send("POST", `/v1/devices/meter-${i}/energy/readings`, reading)
    await send("POST", "/v1/locations", { id: `place-${i}`, name, ...place })
  }
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

describe("what somebody calls a thing", () => {
  it("is never more than a text in the dashboard", async () => {
    const { badRequests, complaints, page } = await openPage(browser, `${server.origin}/health`)
    let owned = 0
    await page.exposeFunction("owned", () => void owned++)
    page.on("dialog", (dialog) => {
      owned++
      void dialog.dismiss()
    })
    await page.goto(server.dashboardUrl)
    const choice = page.locator("#location")
    await choice.locator("option[value=place-5]").waitFor({ state: "attached", timeout: 60_000 })
    await choice.selectOption("house")
    await page.locator("wk-live-power .pill[data-state=live]").waitFor({ timeout: 60_000 })
    assert.strictEqual(await page.locator("script:not([src]), iframe, object, base, img[onerror]").count(), 0)
    assert.strictEqual(owned, 0)
    assert.deepStrictEqual(
      complaints.filter((text) => /Content Security Policy|owned/i.test(text)),
      []
    )
    assert.deepStrictEqual(
      badRequests.filter((text) => text.includes("evil")),
      []
    )
    await page.context().close()
  })

  it("would be found if it were more", async () => {
    const page = await browser.newPage()
    const { promise: called, resolve } = Promise.withResolvers<void>()
    await page.exposeFunction("owned", resolve)
    // No policy stands before this page, and it takes the text for markup.
    await page.goto("data:text/html,<p>")
    await page.setContent(`<p>${payloads[5]}</p>`)
    await called
    await page.close()
  })

  it("meets a policy that lets no script in but our own files", async () => {
    const { headers } = await fetch(server.origin)
    const policy = headers.get("content-security-policy") ?? ""
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'"
    ]) {
      assert.include(policy, rule)
    }
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1]
    assert.strictEqual(scripts, "'self'")
    const data = await fetch(`${server.origin}/health`)
    assert.match(data.headers.get("content-security-policy") ?? "", /^default-src 'none'/)
    assert.strictEqual(data.headers.get("x-content-type-options"), "nosniff")
  })

  it("is never more than a text in the reference of the API either", async () => {
    const { badRequests, complaints, page } = await openPage(browser, `${server.origin}/docs`)
    await page.getByText("wattkit").first().waitFor({ timeout: 60_000 })
    assert.deepStrictEqual(
      badRequests.filter((text) => text.startsWith("elsewhere")),
      []
    )
    assert.deepStrictEqual(
      complaints.filter((text) => /Content Security Policy/i.test(text)),
      []
    )
    await page.context().close()
  })
})
