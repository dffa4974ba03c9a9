import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"

/** A file that is served from memory, with everything that is sent of it computed once. */
export interface StaticFile {
  readonly body: Uint8Array
  readonly gzipped: Uint8Array | undefined
  readonly type: string
  readonly etag: string
  readonly cacheControl: string
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  map: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  ico: "image/x-icon",
  webp: "image/webp",
  woff2: "font/woff2",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json"
}

/** A name that carries the hash of what is in it; such a file never changes. */
const isHashed = (name: string): boolean => /[-.][A-Za-z0-9_]{8,}\.[a-z0-9]+(\.map)?$/.test(name)

/** Prepares a file for being served under a name. */
export const make = (name: string, body: Uint8Array): StaticFile => {
  const type = types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream"
  const isText = /^text|json|svg|javascript/.test(type)
  return {
    body,
    gzipped: isText && body.length > 1024 ? gzipSync(body) : undefined,
    type,
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    cacheControl: isHashed(name) ? "public, max-age=31536000, immutable" : "no-cache"
  }
}

/** Answers with the file, or says that the one the browser has is still right. */
export const respond = (file: StaticFile, request: HttpServerRequest.HttpServerRequest) => {
  const headers = { etag: file.etag, "cache-control": file.cacheControl, vary: "accept-encoding" }
  const known = (request.headers["if-none-match"] ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
  if (known.includes(file.etag)) return HttpServerResponse.empty({ status: 304, headers })
  const zipped = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "") ? file.gzipped : undefined
  return HttpServerResponse.uint8Array(zipped ?? file.body, {
    contentType: file.type,
    headers: zipped === undefined ? headers : { ...headers, "content-encoding": "gzip" }
  })
}
