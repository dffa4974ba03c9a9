import { Resolver } from "node:dns"
import { createSocket } from "node:dgram"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { askMachine, askResolver } from "./names.ts"

const [a, aaaa] = [1, 28]
const [serverFailed, noSuchName] = [2, 3]

/** Asked once for each kind, so a question that never comes would be noticed. */
const asked: Array<string> = []

/** What is answered: records by kind, a code, or nothing at all. */
const zone: Readonly<
  Record<string, { readonly [kind: number]: Buffer; readonly code?: number } | "silence">
> = {
  "both.example": {
    [a]: Buffer.from([93, 184, 215, 14]),
    [aaaa]: Buffer.from(`2606${"0".repeat(27)}1`, "hex")
  },
  "four.example": { [a]: Buffer.from([127, 0, 0, 1]) },
  "empty.example": {},
  "unknown.example": { code: noSuchName },
  "failing.example": { code: serverFailed },
  "silent.example": "silence"
}

const server = createSocket("udp4", (query, { address, port }) => {
  const labels: Array<string> = []
  let at = 12
  for (let size = query[at]!; size > 0; at += size + 1, size = query[at]!) {
    labels.push(query.toString("latin1", at + 1, at + 1 + size))
  }
  const kind = query.readUInt16BE(at + 1)
  const name = labels.join(".")
  asked.push(`${name} ${kind}`)
  const answer = zone[name] ?? { code: noSuchName }
  if (answer === "silence") return
  const data = answer[kind]
  const head = Buffer.from(query.subarray(0, 12))
  head.writeUInt16BE(0x8180 | (answer.code ?? 0), 2)
  head.writeUInt16BE(data === undefined ? 0 : 1, 6)
  head.fill(0, 8, 12)
  const record = data && Buffer.from([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.length, ...data])
  server.send(Buffer.concat([head, query.subarray(12, at + 5), ...(record ? [record] : [])]), port, address)
})

beforeAll(() => new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve)))
afterAll(() => new Promise<void>((resolve) => server.close(resolve)))

const ask = (
  name: string,
  signal = new AbortController().signal
): Promise<ReadonlyArray<string> | string> => {
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  resolver.setServers([`127.0.0.1:${server.address().port}`])
  return askResolver(resolver, name, signal).catch((error: { readonly code: string }) => error.code)
}

describe("a name", () => {
  it("has the addresses of both kinds", async () => {
    assert.deepStrictEqual(await ask("both.example"), ["93.184.215.14", "2606::1"])
    assert.deepStrictEqual(asked.splice(0).sort(), [`both.example ${a}`, `both.example ${aaaa}`])
    assert.deepStrictEqual(await ask("four.example"), ["127.0.0.1"])
  })

  it("that is not there, or has no address, has none; when nobody knows, that is told", async () => {
    assert.deepStrictEqual(await ask("empty.example"), [])
    assert.deepStrictEqual(await ask("unknown.example"), [])
    assert.strictEqual(await ask("failing.example"), "ESERVFAIL")
  })

  it("whose server never answers is given up when the call is", async () => {
    const abort = new AbortController()
    const asking = ask("silent.example", abort.signal)
    abort.abort()
    assert.strictEqual(await asking, "ECANCELLED")
  })

  it("that the operator wrote down may stand in the hosts file", async () => {
    const addresses = await askMachine("localhost", new AbortController().signal)
    assert.isTrue(addresses.includes("127.0.0.1") || addresses.includes("::1"))
  })
})
