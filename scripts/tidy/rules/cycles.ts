import { importsOf, makeResolver, type Import } from "../Imports.ts"
import { isTypeScript, type Rule, type Violation } from "../Rule.ts"

type Edge = Import & { readonly to: string }

/** No file needs itself, not through any number of others. Imports of types are erased and do not count. */
export const cycles: Rule = {
  name: "cycle",
  check: (files) => {
    const resolve = makeResolver(files)
    const edges = new Map<string, ReadonlyArray<Edge>>()
    for (const file of files) {
      if (!isTypeScript(file.path)) continue
      const resolved = importsOf(file).flatMap((one): ReadonlyArray<Edge> => {
        const to = one.typeOnly ? undefined : resolve(one)
        return to === undefined ? [] : [{ ...one, to }]
      })
      edges.set(file.path, resolved)
    }
    return search(edges)
  }
}

const search = (edges: ReadonlyMap<string, ReadonlyArray<Edge>>): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  const finished = new Set<string>()
  const path: Array<string> = []
  const visit = (file: string): void => {
    path.push(file)
    for (const edge of edges.get(file) ?? []) {
      const at = path.indexOf(edge.to)
      if (at !== -1) {
        const message = `a circle of imports: ${[...path.slice(at), edge.to].join(" → ")}`
        found.push({ path: file, line: edge.line, message })
      } else if (!finished.has(edge.to)) visit(edge.to)
    }
    path.pop()
    finished.add(file)
  }
  for (const file of edges.keys()) if (!finished.has(file)) visit(file)
  return found
}
