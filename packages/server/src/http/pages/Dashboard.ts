import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { HttpRouter, HttpServerError, HttpServerRequest, HttpServerResponse } from "effect/http"
import { packageRoot } from "../../packageRoot.ts"
import * as StaticFile from "./StaticFile.ts"

type Files = ReadonlyMap<string, StaticFile.StaticFile>

const none: Files = new Map()

/** Reads the built dashboard. Only what is found here is ever served, so no path leads out of the folder. */
const load = (folder: string): Files => {
  try {
    const files = new Map<string, StaticFile.StaticFile>()
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const path = join(folder, name)
      if (!statSync(path).isFile()) continue
      const url = `/${name.replaceAll("\\", "/")}`
      files.set(url === "/index.html" ? "/" : url, StaticFile.make(name, readFileSync(path)))
    }
    return files
  } catch {
    return none
  }
}

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>wattkit</title>
<h1>wattkit is running</h1>
<p>The dashboard is not built. Run <code>node packages/server/dashboard/build.ts</code> and reload.</p>
<p>The API is described at <a href="/docs">/docs</a>.</p>
</html>
`

/** Serves the dashboard. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const folder = join(packageRoot, "dist", "dashboard")
    let files = load(folder)
    const handle = Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const path = request.url.split(/[?#]/, 1)[0] ?? "/"
      if (path === "/" && !files.has("/")) files = load(folder)
      const file = files.get(path)
      if (file !== undefined) return StaticFile.respond(file, request)
      if (path === "/") return HttpServerResponse.text(notBuilt, { contentType: "text/html; charset=utf-8" })
      return yield* new HttpServerError.HttpServerError({
        reason: new HttpServerError.RouteNotFound({ request })
      })
    }).pipe(Effect.orDie)
    yield* router.add("GET", "/", handle)
    yield* router.add("GET", "/*", handle)
  })
)
