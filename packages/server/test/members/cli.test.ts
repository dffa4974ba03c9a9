import { randomBytes } from "node:crypto"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Redacted } from "effect"
import { Command } from "effect/cli"
import { afterAll, afterEach, assert, beforeAll, describe, it, vi } from "vitest"
import { command, layerSpeech } from "../../src/cli/command.ts"
import { passwordInput } from "../../src/cli/user/typedPassword.ts"
import { startServer } from "../fixtures/inProcess.ts"
import { type Database, startDatabase } from "../fixtures/ordeal/Database.ts"

const secret = randomBytes(32).toString("base64url")

let database: Database

beforeAll(async () => {
  database = await startDatabase()
  vi.stubEnv("DATABASE_URL", database.url)
  vi.stubEnv("WATTKIT_SECRET", secret)
})

afterEach(() => vi.restoreAllMocks())

afterAll(async () => {
  vi.unstubAllEnvs()
  await database.close()
})

/** What a command line answers; or why it does not. */
const wattkit = async (line: string, input = ""): Promise<string> => {
  const said: Array<string> = []
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0)
  const stdin = (async function* () {
    yield input
  })()
  await Effect.runPromise(
    Command.runWith(command, { version: "0" })(line.split(" ")).pipe(
      Effect.provide([layerSpeech, NodeServices.layer]),
      Effect.provideService(passwordInput, stdin)
    )
  )
  return said.join("")
}

/** The sentence a command line ends with that cannot be done. */
const refused = async (line: string, input?: string): Promise<string> => {
  try {
    return assert.fail(`it answered ${await wattkit(line, input)}`)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

describe("wattkit tenant, user, key and audit", () => {
  const at = "--tenant acme"

  it("make a tenant with an administrator and a key, without a server", async () => {
    assert.include(await wattkit("tenant add acme --name Acme"), "wattkit user add --tenant acme")
    assert.include(await refused("tenant add acme --name Acme"), "acme is taken")
    const added = await wattkit(`user add --email Ada@Example.com --role admin --json ${at}`)
    const { isMailed, link, user } = JSON.parse(added)
    assert.deepInclude(user, { email: "ada@example.com", name: "Ada", role: "admin", status: "invited" })
    assert.isFalse(isMailed)
    assert.match(link, /^http:\/\/localhost:8080\/#accept-invitation=wk_ot_\w{38}$/)
    assert.match(
      await wattkit(`user add --email eve@example.com ${at}`),
      /bring them this link[^]*wk_ot_\w{38}/
    )

    const weak = await refused(`user password ada@example.com ${at}`, "short\n")
    assert.include(weak, "must have at least 8 characters")
    assert.notInclude(weak, "short")
    const password = await wattkit(`user password ada@example.com ${at}`, "Correct-Horse-7\nmore\n")
    assert.include(password, "signed out everywhere")
    const made = await wattkit(`key create --name probe --scope read --scope ingest --days 9 --json ${at}`)
    const { apiKey, secret: key } = JSON.parse(made)
    assert.deepStrictEqual([apiKey.scopes, apiKey.userId], [["read", "ingest"], null])

    const server = await startServer(undefined, {
      databaseUrl: Redacted.make(database.url),
      identity: { secret: Redacted.make(secret), smtp: undefined, registration: undefined, sessionDays: 7 }
    })
    const body = { email: "ada@example.com", password: "Correct-Horse-7" }
    const login = { key: null, body }
    const signedIn = await server.call<{ accessToken: string }>("POST", "/v1/auth/login", login)
    const { accessToken } = signedIn.data
    const users = await server.call<ReadonlyArray<unknown>>("GET", "/v1/users", { key: accessToken })
    const places = await server.call("GET", "/v1/locations", { key })
    await server.close()
    assert.deepStrictEqual([users.status, users.data.length, places.status], [200, 2, 200])
  })

  it("show what is there, without any secret, and refuse in a sentence", async () => {
    const members = await wattkit(`user list ${at}`)
    assert.match(members, /ada@example\.com +Ada +admin +all +active/)
    assert.match(members, /eve@example\.com +eve +user +none +invited/)
    const keys = await wattkit(`key list ${at}`)
    assert.match(keys, /key_\w+ +wk_live_\w{4} +probe +read ingest +everywhere +the tenant/)
    const id = /key_\w+/.exec(keys)?.[0]
    assert.include(await wattkit(`key revoke ${id} ${at}`), "worth nothing")
    assert.include(await wattkit(`key list ${at}`), "there is no key")
    assert.include(await wattkit(`key list --all ${at}`), `${id}`)
    assert.include(await wattkit("tenant rename acme --name Apex"), 'called "Apex"')
    const tenants = JSON.parse(await wattkit("tenant list --json"))
    assert.deepInclude(tenants, { ...tenants[0], id: "acme", name: "Apex" })
    const verified = await wattkit(`audit verify --json ${at}`)
    assert.isTrue(JSON.parse(verified).isWhole)
    for (const said of [members, keys, verified]) assert.notMatch(said, /wk_[a-z]+_\w{38}|Correct-Horse/)

    const nobody = await refused(`user disable nobody@example.com ${at}`)
    assert.include(nobody, "nobody@example.com is not a member of the tenant acme.")
    const last = await refused(`user remove ada@example.com ${at}`)
    assert.include(last, "this is the last administrator of the tenant who can sign in")
    assert.include(await refused("user list --tenant nowhere"), "there is no tenant nowhere.")
    assert.include(await refused(`key revoke nothing ${at}`), "there is no key nothing")
    const cut = await refused(`audit verify --number 999 --hash ${"0".repeat(64)} ${at}`)
    assert.include(cut, "the end was cut off")
  })

  it("keep a member out, let them in again and take them out", async () => {
    assert.include(await wattkit(`user disable eve@example.com ${at}`), "is kept out of")
    assert.match(await wattkit(`user list ${at}`), /eve@example\.com +eve +user +none +disabled/)
    assert.include(await wattkit(`user enable eve@example.com ${at}`), "may come in to")
    assert.include(await wattkit(`user remove eve@example.com ${at}`), "is not a member")
    assert.notInclude(await wattkit(`user list ${at}`), "eve@example.com")
  })
})
