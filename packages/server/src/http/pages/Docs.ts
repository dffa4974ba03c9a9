import { Api } from "@wattkit/api"
import { Context, Effect, Layer } from "effect"
import { HttpEffect, HttpRouter, HttpServer, HttpServerRequest } from "effect/http"
import { HttpApiScalar } from "effect/http-api"
import * as StaticFile from "./StaticFile.ts"

/** How the reference looks: without what would speak to others than this server, or sell something. */
const look = {
  withDefaultFonts: false,
  showOperationId: false,
  showDeveloperTools: "never",
  hideClientButton: true,
  telemetry: false,
  // Long paths and tables scroll in themselves; on a phone the page would otherwise go along.
  customCss: "html, body { overflow-x: clip } .references-rendered { min-width: 0 }"
} as const

/** Asks the reference's own layer for its page. */
const render = Effect.gen(function* () {
  const context = yield* Layer.build(
    Layer.provideMerge(
      HttpApiScalar.layer(Api, {
        path: "/docs",
        scalar: look
      }),
      HttpRouter.layer
    )
  )
  const handler = HttpEffect.toWebHandler(Context.get(context, HttpRouter.HttpRouter).asHttpEffect())
  return yield* Effect.promise(async () => (await handler(new Request("http://localhost/docs"))).text())
}).pipe(Effect.scoped, Effect.provide(HttpServer.layerServices))

/** A browser asks for an icon unless it is told that there is none. */
const noIcon = `<link rel="icon" href="data:,"></head>`

/**
 * The page carries its scripts inside, which our policy forbids for good reason; here they become files of
 * their own.
 */
const split = (html: string): ReadonlyMap<string, StaticFile.StaticFile> => {
  const files = new Map<string, StaticFile.StaticFile>()
  const bytes = (text: string) => new TextEncoder().encode(text)
  let page = ""
  let rest = html
  for (let n = 1; ; n++) {
    const start = rest.indexOf("<script>")
    if (start === -1) break
    // The second script closes the page; the first may hold a closing tag in one of its texts.
    const isLast = rest.indexOf("<script>", start + 8) === -1
    const end = isLast
      ? rest.lastIndexOf("</script>")
      : rest.lastIndexOf("</script>", rest.lastIndexOf("<script>"))
    const path = `/docs/${n}.js`
    files.set(path, StaticFile.make(path, bytes(rest.slice(start + 8, end))))
    page += `${rest.slice(0, start)}<script src="${path}">`
    rest = rest.slice(end)
  }
  files.set("/docs", StaticFile.make("docs.html", bytes((page + rest).replace("</head>", noIcon))))
  return files
}

/** Serves the browsable reference, made when it is first asked for. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const files = yield* Effect.cached(Effect.map(render, split))
    const handle = Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const file = (yield* files).get(request.url.split(/[?#]/, 1)[0] ?? "")
      return file === undefined
        ? yield* Effect.die("a file of the reference is missing")
        : StaticFile.respond(file, request)
    })
    for (const path of ["/docs", "/docs/1.js", "/docs/2.js"] as const) yield* router.add("GET", path, handle)
  })
)
