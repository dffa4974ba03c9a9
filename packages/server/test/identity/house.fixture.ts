import { request } from "node:http"
import { setTimeout } from "node:timers/promises"
import { type Mail, MembershipStore, UserStore } from "@wattkit/core"
import { Effect } from "effect"
import type { ServerConfig } from "../../src/config.ts"
import type { StorageLayer } from "../../src/App.ts"
import { layerMemory } from "../../src/storage/Storage.ts"
import { makeCall } from "../fixtures/call.ts"
import { configOf, startServer, type TestServer } from "../fixtures/inProcess.ts"
import { type MailServer, startMailServer } from "../fixtures/smtp/MailServer.ts"

export const password = "Correct-Horse-7"

/** What somebody holds who signed in. */
export interface Held {
  readonly accessToken: string
  readonly refreshToken: string
}

/** A server with a mail server beside it. */
export interface Door extends TestServer {
  readonly mails: MailServer
  /** The text of the newest message to an address, once there are so many. */
  readonly mailTo: (email: string, count?: number) => Promise<string>
  /** Registers somebody who confirms the address, and signs them in. */
  readonly join: (email: string) => Promise<Held>
  readonly signIn: (email: string, typed?: string) => Promise<Held>
  /** Calls in the name of who holds an access token. */
  readonly as: (held: Held) => TestServer["call"]
}

/** The secret in the link of a message. */
export const secretIn = (text: string): string => /#[a-z-]+=(wk_ot_[0-9a-z]+)/.exec(text)?.[1] ?? ""

/** Starts a server whose mail goes to a real SMTP server. */
export const openDoor = async (
  over: Partial<ServerConfig> = {},
  storage: StorageLayer | "embedded" = layerMemory
): Promise<Door> => {
  const mails = await startMailServer()
  const { identity } = configOf({ dataDir: "" })
  const sender = { name: "", email: "no-reply@example.com" }
  const smtp = { host: "127.0.0.1", port: mails.port, security: "none", login: undefined, sender } as const
  const server = await startServer(storage === "embedded" ? undefined : storage, {
    ...over,
    identity: { ...identity, ...over.identity, smtp }
  })
  const { call } = server

  const mailTo = async (email: string, count = 1): Promise<string> => {
    for (const until = performance.now() + 20_000; performance.now() < until; await setTimeout(5)) {
      const all = (await mails.arrived()).filter(({ to }) => to.includes(email))
      if (all.length >= count) return all.at(-1)!.text
    }
    throw new Error(`no message came to ${email}`)
  }
  const signIn = async (email: string, typed = password): Promise<Held> => {
    const signed = await call<Held>("POST", "/v1/auth/login", { key: null, body: { email, password: typed } })
    if (signed.status !== 200) throw new Error(signed.text)
    return signed.data
  }
  return {
    ...server,
    mails,
    mailTo,
    signIn,
    join: async (email) => {
      await call("POST", "/v1/auth/register", { key: null, body: { email, password, name: "Ada" } })
      const secret = secretIn(await mailTo(email))
      await call("POST", "/v1/auth/verify-email", { key: null, body: { secret, password } })
      return signIn(email)
    },
    as: ({ accessToken }) => makeCall(server.url, accessToken),
    close: async () => {
      await server.close()
      await mails.close()
    }
  }
}

/** Posts with headers that `fetch` would not let anybody choose. */
export const postAs = (
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: unknown
): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers }
    })
    sent.on("response", (response) => {
      response.resume()
      response.on("end", () => resolve(response.statusCode ?? 0))
    })
    sent.on("error", reject)
    sent.end(JSON.stringify(body))
  })

/** Keeps a member out of their tenant, or lets them in again. */
export const keepOut = (email: string, at: number | null) =>
  Effect.gen(function* () {
    const { user } = yield* UserStore.use((store) => store.findByEmail(email as Mail["to"]))
    const memberships = yield* MembershipStore
    const [membership] = yield* memberships.ofUser(user.id)
    yield* memberships.put({ ...membership!, disabledAt: at as never })
  })
