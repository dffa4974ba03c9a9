import { type IncomingMessage, request, validateHeaderName, validateHeaderValue } from "node:http"
import type { Socket } from "node:net"
import * as Result from "effect/Result"
import type { Destination } from "./destination.ts"
import { NotAllowed, UnreadableAnswer, Unreachable } from "./errors.ts"

/** What to send. */
export interface OutwardRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
}

/** What was answered, a redirect too: it is never followed. */
export interface OutwardAnswer {
  readonly status: number
  /** Names in lower case; one that came several times has its values joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  /** As it came: compression is neither asked for nor undone. */
  readonly body: Uint8Array
  /** Whether the body went on after what was read of it. */
  readonly isCut: boolean
}

const mostHeadBytes = 16 * 1024

const ours =
  /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*)$/i

/** Judges the headers that somebody wants to have sent: none may change where or how a request ends. */
export const checkHeaders = (headers: Readonly<Record<string, string>>): Result.Result<void, NotAllowed> => {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      return headerRefused("The name or value of a header has characters that no header may have")
    }
    if (ours.test(name)) return headerRefused(`The header ${name} cannot be chosen; leave it out`)
  }
  return Result.void
}

const headerRefused = (message: string) => Result.fail(new NotAllowed({ reason: "header", message }))

/** Sends one request over a connection that is used for nothing else, and reads its answer. */
export const exchange = async (
  socket: Socket,
  { host, url }: Destination,
  { body = "", headers = {}, method = "GET" }: OutwardRequest,
  bodyBytes: number
): Promise<OutwardAnswer> => {
  const bytes = Buffer.from(body)
  const outgoing = request({
    createConnection: () => socket,
    method,
    path: url.pathname + url.search,
    maxHeaderSize: mostHeadBytes,
    // Said, so that no option of the process can make it lenient.
    insecureHTTPParser: false,
    setHost: false,
    headers: {
      host: url.host,
      "accept-encoding": "identity",
      ...headers,
      connection: "close",
      ...(bytes.length > 0 || method === "POST" || method === "PUT" ? { "content-length": bytes.length } : {})
    }
  })
  const broken = () => new Unreachable({ message: `${host} broke the connection off before it had answered` })
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const unreadable = () =>
      reject(
        new UnreadableAnswer({ message: `${host} answers something else than HTTP, or too many headers` })
      )
    outgoing.once("response", resolve).once("upgrade", unreadable)
    outgoing.on("error", (error) => {
      if ("code" in error && String(error.code).startsWith("HPE_")) unreadable()
      else reject(broken())
    })
    outgoing.end(bytes)
  })
  const read = await bodyOf(incoming, bodyBytes).catch(() => Promise.reject(broken()))
  return { status: incoming.statusCode ?? 0, headers: headersOf(incoming), ...read }
}

const headersOf = ({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(", ")]))

const bodyOf = async (
  incoming: IncomingMessage,
  limit: number
): Promise<{ readonly body: Uint8Array; readonly isCut: boolean }> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of incoming) {
    const bytes: Buffer = chunk
    chunks.push(bytes.subarray(0, limit - size))
    size += bytes.length
    if (size > limit) break
  }
  return { body: Uint8Array.from(Buffer.concat(chunks)), isCut: size > limit }
}
