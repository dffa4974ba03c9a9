import type { Socket } from "node:net"
import { afterEach, assert, describe, it } from "vitest"
import type { OutwardOptions, OutwardRequest } from "@wattkit/transport-http"
import type { RequestListener } from "node:http"
import { call, checkerOf, type Said } from "./call.ts"
import { httpReceiver, httpsReceiver, nobody, proxyReceiver, rawReceiver, type Receiver } from "./Receiver.ts"
import { type Certificate, selfSigned } from "./selfSigned.ts"

const certificate = selfSigned("receiver.example", "127.0.0.1")
const servers: Array<Receiver> = []

const started = (receiver: Receiver): Receiver => {
  servers.push(receiver)
  return receiver
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const optionsFor = ({ port }: Receiver, more: OutwardOptions = {}): OutwardOptions => ({
  allow: [{ to: "127.0.0.0/8", ports: [port], http: true }],
  ca: [certificate.cert],
  resolve: async () => ["127.0.0.1"],
  ...more
})

const https = async (answer: RequestListener, own: Certificate = certificate): Promise<Receiver> =>
  started(await httpsReceiver(own, answer))

/** Calls a receiver that answers with bytes of its own over plain HTTP. */
const raw = async (
  take: (socket: Socket) => void,
  more: OutwardOptions = {},
  scheme = "http"
): Promise<Said & { readonly receiver: Receiver }> => {
  const receiver = started(await rawReceiver(take))
  const said = await call(`${scheme}://receiver.example:${receiver.port}/`, optionsFor(receiver, more))
  return { ...said, receiver }
}

const text = ({ body }: Said): string => Buffer.from(body ?? []).toString()

const until = async (is: () => boolean): Promise<void> => {
  for (const end = Date.now() + 5000; !is() && Date.now() < end;)
    await new Promise((resolve) => setImmediate(resolve))
  assert.isTrue(is())
}

describe("a call", () => {
  it("sends what it was given to the name it was given, once", async () => {
    const came: Array<unknown> = []
    const receiver = await https((request, response) => {
      const chunks: Array<Buffer> = []
      request
        .on("data", (chunk) => chunks.push(chunk))
        .on("end", () => {
          const { headers, method, url } = request
          const { servername } = request.socket as Socket & { servername?: string }
          came.push({ method, url, headers, servername, body: Buffer.concat(chunks).toString() })
          response.writeHead(201, { "X-Answer": "1", "set-cookie": ["a", "b"] }).end("größer")
        })
    })
    const url = `https://Receiver.example.:${receiver.port}/a%20b?c=d#e`
    const said = await call(url, optionsFor(receiver), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: `"ä"`
    })
    assert.deepStrictEqual([said.status, text(said), said.isCut], [201, "größer", false])
    assert.include(said.headers, { "x-answer": "1", "set-cookie": "a, b" })
    const host = `receiver.example:${receiver.port}`
    const headers = {
      host,
      "accept-encoding": "identity",
      "content-type": "application/json",
      "content-length": "4",
      connection: "close"
    }
    const servername = "receiver.example"
    assert.deepStrictEqual(came, [{ method: "POST", url: "/a%20b?c=d", headers, servername, body: `"ä"` }])
    await until(() => receiver.open() === 0)
  })

  it("takes any status for an answer, and a compressed body as it came", async () => {
    const receiver = await https(({ url }, response) => {
      response.writeHead(Number(url!.slice(1)), { "content-encoding": "gzip" }).end("not gzip")
    })
    for (const status of [200, 304, 404, 410, 500, 599]) {
      const said = await call(`https://receiver.example:${receiver.port}/${status}`, optionsFor(receiver))
      assert.deepStrictEqual([said.status, text(said)], [status, status === 304 ? "" : "not gzip"])
    }
  })

  it("can be judged without being made", async () => {
    const receiver = await https((_, response) => response.end())
    const check = checkerOf(optionsFor(receiver))
    const url = `https://Receiver.example.:${receiver.port}/a?b#c`
    assert.strictEqual(await check(url), `https://receiver.example:${receiver.port}/a?b`)
    assert.strictEqual(await check("http://receiver.example/"), "NotAllowed")
    assert.strictEqual(receiver.hits(), 0)
  })

  it("cannot be given headers that change where or how it ends", async () => {
    const receiver = await https((_, response) => response.end())
    for (const headers of [
      { Host: "other" },
      { "Content-Length": "1" },
      { "transfer-encoding": "chunked" },
      { Connection: "upgrade" },
      { "Proxy-Authorization": "a" },
      { "x-a": "b\r\nx-c: d" },
      { "x-a": "b\0" },
      { "x a": "b" },
      { "": "b" }
    ] as ReadonlyArray<NonNullable<OutwardRequest["headers"]>>) {
      const said = await call(`https://receiver.example:${receiver.port}/`, optionsFor(receiver), { headers })
      assert.deepStrictEqual([said.error, said.reason], ["NotAllowed", "header"], JSON.stringify(headers))
    }
    assert.strictEqual(receiver.hits(), 0)
  })
})

describe("a receiver", () => {
  it("proves its name, or its address", async () => {
    const answer: RequestListener = (_, response) => response.end("taken")
    const receiver = await https(answer)
    const at = (host: string, more: OutwardOptions = {}) =>
      call(`https://${host}:${receiver.port}/`, optionsFor(receiver, more))
    assert.strictEqual((await at("receiver.example")).status, 200)
    assert.strictEqual((await at("127.0.0.1")).status, 200)
    assert.strictEqual((await at("other.example")).error, "Untrusted")
    assert.strictEqual((await at("127.0.0.2")).error, "Untrusted")
    assert.strictEqual((await at("receiver.example", { ca: undefined })).error, "Untrusted")
    assert.strictEqual(
      (await at("receiver.example", { ca: [selfSigned("receiver.example").cert] })).error,
      "Untrusted"
    )
  })

  it("is not believed without proof, whatever the environment says", async () => {
    const receiver = await https((_, response) => response.end("taken"))
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"]
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"
    try {
      const said = await call(`https://other.example:${receiver.port}/`, optionsFor(receiver))
      assert.strictEqual(said.error, "Untrusted")
    } finally {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"]
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before
    }
  })

  it("that is at the second of its addresses is found there", async () => {
    const receiver = await https((_, response) => response.end("taken"))
    const options = optionsFor(receiver, {
      allow: [
        { to: "127.0.0.1", ports: [receiver.port] },
        { to: nobody, ports: [receiver.port] }
      ],
      resolve: async () => [nobody, "127.0.0.1"]
    })
    assert.strictEqual((await call(`https://receiver.example:${receiver.port}/`, options)).status, 200)
  })

  it("that is not there is told without its address", async () => {
    const receiver = await rawReceiver(() => {})
    await receiver.close()
    const said = await call(`https://receiver.example:${receiver.port}/`, optionsFor(receiver))
    assert.strictEqual(said.error, "Unreachable")
    assert.notMatch(said.message!, /127|ECONN/)
  })

  it("is not asked for when nobody can look its name up, now or in time", async () => {
    const receiver = await https((_, response) => response.end())
    const with_ = (resolve: NonNullable<OutwardOptions["resolve"]>) =>
      call(`https://receiver.example:${receiver.port}/`, optionsFor(receiver, { connectMs: 50, resolve }))
    assert.strictEqual(
      (await with_(() => Promise.reject(new Error("SERVFAIL 10.0.0.53")))).error,
      "Unreachable"
    )
    let aborted = false
    const said = await with_(
      (_, signal) => new Promise(() => signal.addEventListener("abort", () => (aborted = true)))
    )
    assert.deepStrictEqual([said.error, said.reason, aborted], ["TimedOut", "connect", true])
    assert.strictEqual(receiver.hits(), 0)
  })
})

describe("a receiver that means harm", () => {
  const head = "HTTP/1.1 200 OK\r\n"

  it("is read no further than the limit, and it is said that the body was cut", async () => {
    const said = await raw((socket) => {
      const more = () => {
        if (!socket.destroyed && socket.write(Buffer.alloc(65_536, "a"))) setImmediate(more)
      }
      socket.on("drain", more).write(`${head}\r\n`)
      more()
    })
    assert.deepStrictEqual([said.status, said.body?.length, said.isCut], [200, 65_536, true])
    await until(() => said.receiver.open() === 0)
    for (const [bytes, isCut] of [
      [10, false],
      [11, true]
    ] as const) {
      const receiver = await https((_, response) => response.end("a".repeat(bytes)))
      const url = `https://receiver.example:${receiver.port}/`
      const said = await call(url, optionsFor(receiver, { bodyBytes: 10 }))
      assert.deepStrictEqual([text(said), said.isCut], ["a".repeat(10), isCut])
    }
  })

  it("is left when it says nothing, or says it too slowly", async () => {
    const cases: ReadonlyArray<readonly [string, (socket: Socket) => void]> = [
      ["nothing", () => {}],
      ["a part of the head", (socket) => socket.write("HTTP/1.1 200")],
      ["a part of the body", (socket) => socket.write(`${head}content-length: 9\r\n\r\na`)],
      [
        "headers for ever",
        (socket) => {
          const timer = setInterval(() => socket.write(`HTTP/1.1 100 Continue\r\n\r\n`), 5)
          socket.on("close", () => clearInterval(timer))
        }
      ],
      [
        "a body for ever",
        (socket) => {
          socket.write(`${head}\r\n`)
          const timer = setInterval(() => socket.write("a"), 5)
          socket.on("close", () => clearInterval(timer))
        }
      ]
    ]
    for (const [name, take] of cases) {
      const said = await raw(take, { totalMs: 150 })
      assert.deepStrictEqual([said.error, said.reason], ["TimedOut", "answer"], name)
      await until(() => said.receiver.open() === 0)
    }
  })

  it("is left when it hangs in TLS", async () => {
    const said = await raw(() => {}, { connectMs: 150 }, "https")
    assert.deepStrictEqual([said.error, said.reason], ["TimedOut", "connect"])
    await until(() => said.receiver.open() === 0)
  })

  it("is told from one that does not answer as it should", async () => {
    const cases: ReadonlyArray<readonly [string, string, (socket: Socket) => void]> = [
      [
        "huge header",
        "UnreadableAnswer",
        (socket) => socket.write(`${head}a: ${"b".repeat(20_000)}\r\n\r\n`)
      ],
      [
        "many headers",
        "UnreadableAnswer",
        (socket) => socket.write(`${head}${"a: bbbbbbbbbbbbb\r\n".repeat(2000)}\r\n`)
      ],
      ["no HTTP", "UnreadableAnswer", (socket) => socket.write("SSH-2.0-OpenSSH\r\n")],
      [
        "an upgrade",
        "UnreadableAnswer",
        (socket) =>
          socket.write("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
      ],
      [
        "two lengths",
        "UnreadableAnswer",
        (socket) => socket.write(`${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`)
      ],
      ["reset at once", "Unreachable", (socket) => socket.resetAndDestroy()],
      [
        "reset after the request",
        "Unreachable",
        (socket) => socket.once("data", () => socket.resetAndDestroy())
      ],
      ["end after the request", "Unreachable", (socket) => socket.once("data", () => socket.end())],
      ["end in the body", "Unreachable", (socket) => socket.end(`${head}content-length: 9\r\n\r\na`)],
      [
        "wrong chunks",
        "Unreachable",
        (socket) => socket.write(`${head}transfer-encoding: chunked\r\n\r\n1\r\na\r\nzz\r\n`)
      ]
    ]
    for (const [name, error, take] of cases) {
      const said = await raw(take)
      assert.strictEqual(said.error, error, `${name} ${JSON.stringify(said)}`)
      assert.notMatch(said.message!, /127|ECONN|HPE/)
    }
    assert.strictEqual(
      (await raw((socket) => socket.end("HTTP/1.1 400 no\r\n\r\n"), {}, "https")).error,
      "Unreachable"
    )
    assert.strictEqual((await raw((socket) => socket.resetAndDestroy(), {}, "https")).error, "Unreachable")
  })

  it("is left when the caller wants no more", async () => {
    const abort = new AbortController()
    const receiver = started(await rawReceiver((socket) => socket.once("data", () => abort.abort())))
    const calling = call(`http://receiver.example:${receiver.port}/`, optionsFor(receiver), {}, abort.signal)
    const ended = await calling.then(
      () => "answered",
      () => "interrupted"
    )
    assert.strictEqual(ended, "interrupted")
    await until(() => receiver.open() === 0)
  })
})

describe("a proxy", () => {
  const asked: Array<string> = []
  const startProxy = async () => started(await proxyReceiver((line) => asked.push(line)))

  it("is told the address that was checked, and cannot read what goes through it", async () => {
    const { port } = await startProxy()
    const receiver = await https((_, response) => response.end("taken"))
    const options = optionsFor(receiver, { proxy: `http://me:p%40ss@127.0.0.1:${port}` })
    const said = await call(`https://receiver.example:${receiver.port}/`, options)
    assert.deepStrictEqual([said.status, text(said)], [200, "taken"])
    const authorization = `Basic ${Buffer.from("me:p@ss").toString("base64")}`
    assert.deepStrictEqual(asked.splice(0), [`127.0.0.1:${receiver.port} ${authorization}`])
    assert.strictEqual((await call(`https://other.example:${receiver.port}/`, options)).error, "Untrusted")
    const inside = { ...options, allow: [], ports: [receiver.port] }
    assert.strictEqual((await call(`https://receiver.example:${receiver.port}/`, inside)).error, "NotAllowed")
    assert.lengthOf(asked.splice(0), 1)
  })

  it("that never reaches one address is asked for the next", async () => {
    const { port } = await startProxy()
    const receiver = await https((_, response) => response.end("taken"))
    const options = optionsFor(receiver, {
      proxy: `http://me:you@127.0.0.1:${port}`,
      allow: [nobody, "127.0.0.1"].map((to) => ({ to, ports: [receiver.port] })),
      resolve: async () => [nobody, "127.0.0.1"],
      connectMs: 2000
    })
    assert.strictEqual((await call(`https://receiver.example:${receiver.port}/`, options)).status, 200)
    assert.lengthOf(asked.splice(0), 2)
  })

  it("that refuses, or is none, is told from a wrong setting", async () => {
    const { port } = await startProxy()
    const receiver = started(await httpReceiver((_, response) => response.end("taken")))
    const through = (proxy: string) =>
      call(`http://receiver.example:${receiver.port}/`, optionsFor(receiver, { proxy }))
    assert.strictEqual((await through(`http://127.0.0.1:${port}`)).error, "Unreachable")
    assert.strictEqual((await through(`http://127.0.0.1:${receiver.port}`)).error, "Unreachable")
    assert.strictEqual((await through(`http://me:you@127.0.0.1:${port}`)).status, 200)
    for (const wrong of ["socks5://me:secret@proxy", "proxy:3128", "http://%:secret@proxy"]) {
      const said = await through(wrong).catch(String)
      assert.match(String(said), /must be given as/, wrong)
      assert.notInclude(String(said), "secret")
    }
  })
})
