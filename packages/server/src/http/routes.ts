import { Api } from "@wattkit/api"
import { patternOf } from "./edge/patternOf.ts"

/** Routes that stand outside the contract. */
const others: ReadonlyArray<readonly [method: string, path: string]> = [
  ["GET", "/v1/ws"],
  ["GET", "/v1/events"],
  ["GET", "/v1/audit-logs/export"],
  ["GET", "/v1/users/me/export"],
  ["GET", "/v1/jobs/:id/file"],
  ["GET", "/mqtt"],
  ["POST", "/v1/mqtt/auth"],
  ["POST", "/v1/mqtt/superuser"],
  ["POST", "/v1/mqtt/acl"],
  ["POST", "/v1/mqtt/emqx/auth"],
  ["POST", "/v1/mqtt/emqx/acl"],
  ["GET", "/openapi.json"],
  ["GET", "/asyncapi.json"],
  ["GET", "/docs"],
  ["GET", "/"]
]

const declared = Object.values(Api.groups).flatMap((group) =>
  Object.values(group.endpoints).map((endpoint) => [endpoint.method, endpoint.path] as const)
)

const known = [...declared, ...others].map(([method, path]) => ({
  method,
  pattern: patternOf(path)
}))

/** The methods a path can be asked with; none when there is no such path. */
export const methodsOf = (path: string): ReadonlyArray<string> => {
  const methods = new Set(
    known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method as string)
  )
  if (methods.has("GET")) methods.add("HEAD")
  return [...methods].sort()
}
