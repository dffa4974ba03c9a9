import { execFile } from "node:child_process"
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { build } from "esbuild"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type LiveServer, startLive } from "./liveServer.ts"
import { device, failure, json, type LocalServer, start, success } from "./localServer.ts"
import type { Outcome } from "./smoke.ts"

// Deno and Bun are used when they are on the PATH, or when WATTKIT_DENO and WATTKIT_BUN name them.

const find = (name: "deno" | "bun"): ReadonlyArray<string> => {
  const named = process.env[`WATTKIT_${name.toUpperCase()}`]
  const folders = (process.env["PATH"] ?? "").split(delimiter)
  const found = [named, ...folders.map((folder) => join(folder, name))].find((path) => {
    try {
      accessSync(path ?? "", constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return found === undefined ? [] : [found]
}

const runtimes: ReadonlyArray<readonly [string, ...Array<string>]> = [
  ["Node.js", process.execPath],
  ...find("deno").map((path) => ["Deno", path, "run", "--quiet", "--no-lock", "--allow-all"] as const),
  ...find("bun").map((path) => ["Bun", path, "run"] as const)
]

let folder: string
let server: LocalServer
let live: LiveServer
let isExpired = true

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wattkit-smoke-"))
  await build({
    entryPoints: [join(import.meta.dirname, "smoke.ts")],
    bundle: true,
    format: "esm",
    platform: "neutral",
    external: ["node:*"],
    outfile: join(folder, "smoke.mjs")
  })
  live = await startLive()
  server = await start((response, { headers, method, url }) => {
    const tokens = (n: number) => ({ accessToken: `a${n}`, refreshToken: `r${n}`, expiresIn: 900 })
    if (url === "/v1/auth/login") return json(response, 200, success({ kind: "in", ...tokens(1) }))
    if (url === "/v1/auth/refresh") {
      isExpired = false
      return json(response, 200, success(tokens(2)))
    }
    if (isExpired || headers.authorization !== "Bearer a2") {
      return json(response, 401, failure("UNAUTHORIZED", "expired"))
    }
    if (url.endsWith("/slow")) return
    if (url.endsWith("/none")) return json(response, 404, failure("NOT_FOUND", "no"))
    if (method === "POST") {
      return json(response, 200, success({ accepted: 1, duplicates: 0, rejected: [] }))
    }
    const isLast = url.includes("cursor=")
    json(response, 200, success([device(isLast ? "b" : "a")], isLast ? {} : { nextCursor: "c" }))
  })
})

afterAll(async () => {
  await server?.close()
  await live?.close()
  rmSync(folder, { recursive: true, force: true })
})

const tellOnce = async (): Promise<void> => {
  const connection = await live.connection()
  connection.send({ type: "CONNECTION_ACK", sessionId: "s1", heartbeatMs: 10_000, stream: "s" })
  const { id } = await connection.frame()
  connection.send({ type: "SUBSCRIBED", id })
  const readings = [{ deviceId: "m1", channel: "main", at: "2026-01-01T00:00:00Z", powerW: 1 }]
  connection.send({ type: "ENERGY_UPDATE", sequence: 1, locationId: "l1", readings })
  await connection.closed
}

describe("a bit of everything", () => {
  it.each(runtimes)("works in %s", async (name, path, ...words) => {
    isExpired = true
    const program = [...words, join(folder, "smoke.mjs"), server.baseUrl, live.baseUrl, join(folder, name)]
    const [{ stdout }] = await Promise.all([
      promisify(execFile)(path!, program, { env: { ...process.env, NO_COLOR: "1" }, timeout: 30_000 }),
      tellOnce()
    ])
    const expected: Outcome = {
      ids: ["a", "b"],
      missing: "NOT_FOUND",
      slow: "TIMEOUT",
      left: 0,
      live: "l1",
      webhook: "msg_1"
    }
    assert.deepStrictEqual(JSON.parse(stdout), expected)
  })
})
