import { build } from "esbuild"
import { join } from "node:path"
import { createContext, runInContext } from "node:vm"
import { assert, describe, it } from "vitest"
import { device, failure, success } from "../test/localServer.ts"

/** Every way into the package as one script. */
const script = async (): Promise<string> => {
  const { outputFiles } = await build({
    stdin: {
      contents: ["index", "live", "queue", "session", "webhooks"]
        .map((name) => `export * from "./${name}.ts"`)
        .join("\n"),
      resolveDir: import.meta.dirname,
      sourcefile: join(import.meta.dirname, "all.ts"),
      loader: "ts"
    },
    bundle: true,
    format: "iife",
    globalName: "wattkit",
    target: "es2023",
    write: false
  })
  return outputFiles[0]!.text
}

/**
 * What React Native's engine and its polyfills have beside the language; not `crypto`, `navigator.locks`,
 * DOM.
 */
const phone = {
  AbortController,
  Headers,
  Response,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  navigator: { product: "ReactNative" }
}

/** What only some platforms have: everything Node.js has beside the language, and what pages have. */
const elsewhere = [
  Object.getOwnPropertyNames(globalThis),
  ["window", "self", "document", "location", "localStorage", "sessionStorage", "indexedDB", "caches"],
  ["addEventListener", "removeEventListener", "XMLHttpRequest", "Deno", "Bun", "require", "module"]
].flat()

/** Runs a script with nothing but the language and what is given; tells what else it looked for. */
const runOnPhone = async (
  source: string,
  given: object
): Promise<{ missed: Set<string>; result: unknown }> => {
  const missed = new Set<string>()
  const language = new Set(
    runInContext("Object.getOwnPropertyNames(globalThis)", createContext({})) as string[]
  )
  const context = { ...given }
  for (const name of elsewhere) {
    if (name in context || language.has(name)) continue
    Object.defineProperty(context, name, { get: () => void missed.add(name), configurable: true })
  }
  const result: unknown = await runInContext(source, createContext(context))
  return { missed, result }
}

const use = `
(async () => {
  const { createClient, createQueue, createSession, isWattkitError, itemStorage } = wattkit
  const kept = new Map()
  const storage = itemStorage({
    getItem: async (key) => kept.get(key) ?? null,
    setItem: async (key, value) => void kept.set(key, value),
    removeItem: async (key) => void kept.delete(key),
    getAllKeys: async () => [...kept.keys()]
  })
  let token = 0
  const client = createClient({
    baseUrl: "http://x",
    auth: { getToken: async () => "t" + ++token },
    fetch: answer,
    backoffMs: 1
  })
  const ids = []
  for await (const one of client.devices.list({ locationId: "l" })) ids.push(one.id)
  const queue = createQueue(client, { storage })
  await queue.add({ device: "m1", at: "2026-01-01T00:00:00Z", powerW: 1 })
  await queue.flush()
  await queue.close()
  const error = await client.devices.get({ id: "none" }).catch((error) => error)
  const aborting = new AbortController()
  const call = client.devices.get({ id: "slow" }, { signal: aborting.signal }).catch((error) => error)
  aborting.abort()
  const codes = [(await call).code]
  const session = createSession({ baseUrl: "http://x", fetch: answer, storage })
  await session.login({ email: "ada@example.com", password: "right" })
  const own = createClient({ baseUrl: "http://x", auth: session, fetch: answer })
  codes.push((await own.devices.list({ locationId: "l" })).items.length)
  await session.logout()
  return [ids, kept.size, token, isWattkitError(error, "NOT_FOUND"), codes]
})()
`

const tokens = (accessToken: string) => ({ accessToken, refreshToken: "r", expiresIn: 900 })

const answer = async (url: string, { headers, method }: RequestInit): Promise<Response> => {
  // The first token of the session is refused like the other one.
  if (url.endsWith("/login")) return Response.json(success({ kind: "in", ...tokens("t1") }))
  if (url.endsWith("/refresh")) return Response.json(success(tokens("t2")))
  if (new Headers(headers).get("authorization") === "Bearer t1") {
    return Response.json(failure("UNAUTHORIZED", "expired"), { status: 401 })
  }
  if (url.endsWith("slow")) return new Promise(() => {})
  if (url.endsWith("none")) return Response.json(failure("NOT_FOUND", "no"), { status: 404 })
  if (method === "POST") return Response.json(success({ accepted: 1, duplicates: 0, rejected: [] }))
  return Response.json(success([device("a"), device("b")]))
}

describe("on a phone", () => {
  it("nothing is asked of the platform by loading", async () => {
    const { missed } = await runOnPhone(await script(), {})
    assert.deepStrictEqual([...missed], [])
  })

  it("everything works with what is there, and nothing else is reached for", async () => {
    const source = `${await script()};${use}`
    const { missed, result } = await runOnPhone(source, { ...phone, answer })
    assert.deepStrictEqual(JSON.parse(JSON.stringify(result)), [["a", "b"], 0, 2, true, ["ABORTED", 2]])
    // Each is looked for with a way to do without it.
    assert.sameMembers([...missed], ["addEventListener", "crypto", "removeEventListener"])
  })

  it("the test sees what it looks for", async () => {
    const { missed } = await runOnPhone(
      "typeof process; try { Buffer.from('') } catch {}; globalThis.window",
      phone
    )
    assert.sameMembers([...missed], ["process", "Buffer", "window"])
  })
})
