import { createServer, type Server } from "node:http"
import { readFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { build } from "esbuild"

/** Bundles the elements with the page's own script into one file. */
export const bundle = async (): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page.ts")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    write: false
  })
  return outputFiles[0]!.contents
}

/** Serves the page on loopback; port 0 takes a free one. */
export const serve = async (port: number): Promise<{ readonly server: Server; readonly origin: string }> => {
  const files = new Map<string, readonly [type: string, body: Uint8Array]>([
    ["/", ["text/html; charset=utf-8", readFileSync(join(import.meta.dirname, "index.html"))]],
    ["/page.css", ["text/css; charset=utf-8", readFileSync(join(import.meta.dirname, "page.css"))]],
    ["/page.js", ["text/javascript; charset=utf-8", await bundle()]]
  ])
  const server = createServer((request, response) => {
    const found = files.get((request.url ?? "/").split("?")[0]!)
    if (found === undefined) return response.writeHead(404).end()
    response.writeHead(200, { "content-type": found[0] }).end(found[1])
  })
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` }
}

if (import.meta.main) {
  const { origin } = await serve(4173)
  console.log(`Open ${origin}/?server=http://localhost:8080#key=<your key>`)
}
