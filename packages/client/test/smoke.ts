import * as files from "node:fs/promises"
import process from "node:process"
import { createClient, isWattkitError } from "../src/index.ts"
import { subscribe } from "../src/live.ts"
import { createQueue, fileStorage } from "../src/queue.ts"
import { createSession } from "../src/session.ts"
import { signWebhook, verifyWebhook } from "../src/webhooks.ts"

// A program that uses a bit of everything against the servers it is told, and prints what came of it.

/** What came of it. */
export interface Outcome {
  readonly ids: ReadonlyArray<string>
  readonly missing: string
  readonly slow: string
  readonly left: number
  readonly live: string | undefined
  readonly webhook: string
}

const use = async (baseUrl: string, liveUrl: string, folder: string): Promise<Outcome> => {
  const session = createSession({ baseUrl })
  await session.login({ email: "ada@example.com", password: "right" })
  const client = createClient({ baseUrl, auth: session })

  const ids: Array<string> = []
  for await (const { id } of client.devices.list({ locationId: "l" })) ids.push(id)
  const missing: unknown = await client.devices.get({ id: "none" }).catch((error: unknown) => error)
  const slow: unknown = await client.devices
    .get({ id: "slow" }, { timeoutMs: 20, retries: 0 })
    .catch((error: unknown) => error)

  const storage = fileStorage(files, folder)
  const queue = createQueue(client, { storage })
  await queue.add({ device: "m1", at: "2026-01-01T00:00:00Z", powerW: 1 })
  await queue.flush()
  await queue.close()

  const live = subscribe(createClient({ baseUrl: liveUrl, auth: "k" }))
  const first = await live.next()
  live.close()

  const secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
  const headers = await signWebhook({ payload: "{}", secret, id: "msg_1" })
  const webhook = await verifyWebhook({ payload: "{}", headers, secret })

  return {
    ids,
    missing: isWattkitError(missing) ? missing.code : String(missing),
    slow: isWattkitError(slow) ? slow.code : String(slow),
    left: [...(await storage.keys())].length,
    live: first.value?.locationId,
    webhook: webhook.id
  }
}

const [, , baseUrl = "", liveUrl = "", folder = ""] = process.argv
process.stdout.write(JSON.stringify(await use(baseUrl, liveUrl, folder)), () => process.exit())
