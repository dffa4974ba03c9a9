import { assert, afterAll, beforeAll, describe, it } from "vitest"
import type { OutwardOptions } from "@wattkit/transport-http"
import { call, callerOf } from "./call.ts"
import { elsewhere, loopback, names, spelt } from "./hostileUrls.ts"
import { httpReceiver, httpsReceiver, type Receiver } from "./Receiver.ts"
import { selfSigned } from "./selfSigned.ts"

const certificate = selfSigned("receiver.example", "127.0.0.1")
const servers: Array<Receiver> = []
let canary: Receiver
let plainCanary: Receiver

beforeAll(async () => {
  canary = await httpsReceiver(certificate, (_, response) => response.end("secret"))
  plainCanary = await httpReceiver((_, response) => response.end("secret"))
  servers.push(canary, plainCanary)
})

afterAll(() => Promise.all(servers.map((server) => server.close())))

const hits = (): number => canary.hits() + plainCanary.hits()

const resolve = async (name: string): Promise<ReadonlyArray<string>> => names[name] ?? []

/** Ports are open, and plain HTTP to a receiver of the operator, so that the address alone decides. */
const strict = (): OutwardOptions => ({
  ports: [443, canary.port],
  allow: [{ to: "receiver.example", http: true, ports: [plainCanary.port] }],
  ca: [certificate.cert],
  totalMs: 1000,
  resolve
})

const everywhere = (): OutwardOptions => ({
  ...strict(),
  allow: ["0.0.0.0/0", "::/0", ...Object.keys(names)].map((to) => ({
    to,
    http: true,
    ports: [plainCanary.port]
  }))
})

const bothOf = (host: string): ReadonlyArray<string> => [
  `https://${host}:${canary.port}/`,
  `http://${host}:${plainCanary.port}/`
]

const hosts = [...loopback, ...Object.keys(names), ...spelt, ...elsewhere]

/** What hides where it goes by other means than the host. */
const tricks = (): ReadonlyArray<string> => {
  const at = `127.0.0.1:${canary.port}`
  return [
    `https://example.com@${at}/`,
    `https://example.com:443@${at}/`,
    `https://${at}\\@example.com/`,
    `https://${at}#@example.com/`,
    `https://${at}?@example.com/`,
    `https:${at}`,
    `https:/${at}`,
    `https:///${at}/`,
    `https:\\\\${at}\\`,
    ` https://${at}`,
    `h\tttps://${at}`,
    `//${at}/`,
    at,
    `HTTPS://${at}`,
    `https://[::ffff:127.0.0.1]:${canary.port}#.example.com`,
    `https://private.example:${canary.port}/../@93.184.215.14`,
    `ftp://${at}/`,
    `ws://${at}/`,
    `wss://${at}/`,
    `gopher://${at}/_GET`,
    `dict://${at}/`,
    `file:///etc/passwd`,
    `file://${at}/etc/passwd`,
    `unix:/var/run/docker.sock`,
    `data:text/plain,${at}`,
    `javascript:fetch("https://${at}")`,
    `blob:https://${at}/`,
    `jar:https://${at}!/`,
    `view-source:https://${at}/`,
    "https://127.0.0.1:22/",
    "https://127.0.0.1:5432/",
    "https://127.0.0.1:0/",
    "https://127.0.0.1:-1/",
    "https://127.0.0.1:99999/"
  ]
}

describe("a hostile URL", () => {
  it("reaches nothing on this machine, and its answer tells nothing", async () => {
    const urls = [...hosts.flatMap(bothOf), ...tricks()]
    assert.isAbove(urls.length, 150)
    const before = hits()
    const call = callerOf(strict())
    for (const url of urls) {
      const said = await call(url)
      assert.strictEqual(said.error, "NotAllowed", `${url} ${JSON.stringify(said)}`)
      // No address that was found for a name is told; one in the message was in the URL.
      const { hostname = "" } = URL.parse(url) ?? {}
      const shown = hostname.replace(/^\[(.*)\]$|\.$/, "$1")
      const told = said
        .message!.replaceAll(hostname, "")
        .replaceAll(shown, "")
        .replaceAll(/https:\/\/example\.com\/path/g, "")
      assert.notMatch(told, /\d+\.\d+|::|ECONN|private|loopback/, url)
    }
    assert.strictEqual(hits(), before)
  })

  it("would have reached it, were everything allowed", async () => {
    const before = hits()
    const call = callerOf(everywhere())
    for (const host of loopback) {
      for (const url of bothOf(host)) await call(url)
    }
    assert.isAbove(hits() - before, loopback.length * 1.5)
    const beforeNames = hits()
    for (const name of ["localhost.", "private.example", "private6.example", "intranet"]) {
      for (const url of bothOf(name)) await call(url)
    }
    assert.isAtLeast(hits() - beforeNames, 8)
  })
})

describe("a name", () => {
  it("whose second answer is another reaches what the first one said", async () => {
    const good = await httpsReceiver(certificate, (_, response) => response.end("good"))
    servers.push(good)
    // What nobody has stands for a public address, which a test must not call.
    for (const first of ["192.0.2.1", "127.0.0.1"]) {
      const before = hits()
      let asked = 0
      const said = await call(
        `https://receiver.example:${first === "127.0.0.1" ? good.port : canary.port}/`,
        {
          ports: [good.port, canary.port],
          allow: [{ to: "192.0.2.1" }, { to: "127.0.0.1" }],
          ca: [certificate.cert],
          connectMs: first === "127.0.0.1" ? undefined : 300,
          resolve: async () => [asked++ === 0 ? first : "127.0.0.1"]
        }
      )
      assert.strictEqual(asked, 1)
      assert.strictEqual(hits(), before)
      if (first === "127.0.0.1") assert.strictEqual(Buffer.from(said.body!).toString(), "good")
      else assert.include(["TimedOut", "Unreachable"], said.error)
    }
  })

  it("that changes its answer is judged anew at every call", async () => {
    const before = hits()
    const answers = [["127.0.0.1"], ["169.254.169.254"]]
    const options = { ...strict(), resolve: async () => answers.shift() ?? [] }
    const url = `https://rebound.example:${canary.port}/`
    for (const _ of answers) assert.strictEqual((await call(url, options)).reason, "host")
    assert.strictEqual(hits(), before)
  })

  it("that is unknown, and one that is known inside only, are refused alike", async () => {
    const [unknown, inside] = await Promise.all(
      ["unknown.example", "private.example"].map((name) => call(`https://${name}/`, strict()))
    )
    const told = [unknown!, inside!].map(({ error, message, reason }) => [
      error,
      reason,
      message?.split(" ").slice(1)
    ])
    assert.deepStrictEqual(told[0], told[1])
  })
})

describe("a redirect", () => {
  it("is an answer, and leads nowhere", async () => {
    const asked: Array<string> = []
    const receiver = await httpsReceiver(certificate, ({ url }, response) => {
      asked.push(url!)
      const { searchParams } = new URL(url!, "https://receiver.example")
      const location = searchParams.get("to")!
      response
        .writeHead(Number(searchParams.get("status")), { location, refresh: `0; url=${location}` })
        .end()
    })
    servers.push(receiver)
    const allow = [{ to: "receiver.example", ports: [receiver.port] }]
    const call = callerOf({ ...strict(), totalMs: undefined, allow, resolve: async () => ["127.0.0.1"] })
    const before = hits()
    for (const status of ["301", "302", "303", "307", "308"]) {
      for (const to of [
        "http://169.254.169.254/latest/meta-data/",
        `https://127.0.0.1:${canary.port}/`,
        `http://127.0.0.1:${plainCanary.port}/`,
        "/again"
      ]) {
        const path = `/?${new URLSearchParams({ status, to })}`
        const said = await call(`https://receiver.example:${receiver.port}${path}`)
        assert.deepStrictEqual([said.status, said.headers?.["location"]], [Number(status), to])
        assert.deepStrictEqual(asked.splice(0), [path])
      }
    }
    assert.strictEqual(hits(), before)
  })
})
