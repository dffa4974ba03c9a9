import { accessSync, constants } from "node:fs"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

const isExecutable = (path: string | undefined): path is string => {
  if (path === undefined || path === "") return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const applications = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium"
]

/** The Chromium to test with: the one the environment names, the system's, or Playwright's own. */
export const findChromium = (): string | undefined => {
  const { CHROME_PATH, WATTKIT_CHROMIUM } = process.env
  return [WATTKIT_CHROMIUM, CHROME_PATH, ...applications].find(isExecutable)
}

/** A browser that runs as any user, speaks to nobody by itself, and needs no screen. */
export const launch = (): Promise<Browser> => {
  const executablePath = findChromium()
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync"
    ]
  })
}

/** What a page did that it should not have. */
export interface Watched {
  readonly page: Page
  /** Errors and warnings in the console, and exceptions nobody caught. */
  readonly complaints: ReadonlyArray<string>
  /** Requests that failed or were answered with an error, and those to anybody but the page's own server. */
  readonly badRequests: ReadonlyArray<string>
}

/** Opens a page and writes down what goes wrong in it. */
export const openPage = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {}
): Promise<Watched> => {
  const { host } = new URL(url)
  const context = await browser.newContext({ locale: "en-GB", ...options })
  const page = await context.newPage()
  const complaints: Array<string> = []
  const badRequests: Array<string> = []
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text())
  })
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.on("request", (request) => {
    const target = new URL(request.url())
    if (target.protocol !== "data:" && target.host !== host) badRequests.push(`elsewhere: ${request.url()}`)
  })
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== host) badRequests.push(`elsewhere: ${socket.url()}`)
  })
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText
    // What the page itself no longer wants, such as the past of a location that was left.
    if (reason === "net::ERR_ABORTED") return
    badRequests.push(`failed: ${request.url()} ${reason}`)
  })
  page.on("response", (response) => {
    if (response.status() >= 400) badRequests.push(`${response.status()}: ${response.url()}`)
  })
  await page.goto(url)
  return { page, complaints, badRequests }
}
