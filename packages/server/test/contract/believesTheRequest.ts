import { TenantId } from "@wattkit/core"
import { Credentials } from "@wattkit/engine"
import { Redacted } from "effect"
import type { Call } from "../fixtures/call.ts"
import type { TestServer } from "../fixtures/inProcess.ts"

const claimIn = (path: string, body: unknown): unknown => {
  const said = new URL(path, "http://localhost").searchParams.get("tenantId")
  const isObject = typeof body === "object" && body !== null
  return said ?? (isObject && "tenantId" in body ? body.tenantId : undefined)
}

/**
 * A server whose handlers take the tenant from the query or the body: whoever names a tenant is answered as
 * one of it. It is what the matrix has to find.
 */
export const believesTheRequest =
  (server: TestServer): Call =>
  async (method, path, options = {}) => {
    const claim = claimIn(path, options.body)
    if (typeof claim !== "string" || options.key === null) return server.call(method, path, options)
    const key = await server.run(
      Credentials.use((credentials) =>
        credentials.issue({
          tenantId: TenantId.make(claim),
          name: "planted",
          deviceId: null,
          scopes: ["read", "ingest", "correct", "manage", "administer"]
        })
      )
    )
    const body =
      typeof options.body === "object" && options.body !== null && !Array.isArray(options.body)
        ? Object.fromEntries(Object.entries(options.body).filter(([name]) => name !== "tenantId"))
        : options.body
    const plain = path.replace(/[?&]tenantId=[^&]*/, "")
    return server.call(method, plain, { ...options, body, key: Redacted.value(key) })
  }
