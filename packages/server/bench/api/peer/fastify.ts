import { createHash } from "node:crypto"
import fastify, { type FastifyRequest } from "fastify"
import pg from "pg"

// What a good engineer writes in a day over the same tables: a pool, one statement for each request, the
// credential looked up and believed for a second. It checks nothing of the query and adds up nothing twice.

const pool = new pg.Pool({ connectionString: process.argv[2]!, max: 10 })

const known = new Map<string, { readonly tenant: string; readonly until: number }>()

const tenantOf = async ({ headers }: Pick<FastifyRequest, "headers">): Promise<string> => {
  const text = headers.authorization ?? ""
  const found = known.get(text)
  if (found !== undefined && found.until > Date.now()) return found.tenant
  const digest = createHash("sha256").update(text.slice("Bearer ".length)).digest("hex")
  const { rows } = await pool.query(
    "SELECT tenant_key FROM api_keys WHERE digest = $1 AND revoked_at IS NULL",
    [digest]
  )
  if (rows[0] === undefined) throw Object.assign(new Error("unknown credential"), { statusCode: 401 })
  known.set(text, { tenant: rows[0].tenant_key, until: Date.now() + 1_000 })
  return rows[0].tenant_key
}

const one = <A>(rows: ReadonlyArray<A>): A => {
  if (rows[0] === undefined) throw Object.assign(new Error("there is no such thing"), { statusCode: 404 })
  return rows[0]
}

interface OfOne {
  Params: { id: string }
  Querystring: { from: string; to: string; limit?: string }
}

const columns = "id, location_id, parent_id, name, role, kind, created_at"
const said = `r.at, r.power_w, r.import_wh, r.export_wh, r.import_delta_wh, r.export_delta_wh, r.voltage_v,
  r.current_a, r.frequency_hz, r.power_factor, r.temperature_c, r.state_of_charge_pct, r.since, r.extra`

const answers: Readonly<Record<string, (request: FastifyRequest<OfOne>) => Promise<unknown>>> = {
  "/v1/devices/:id": async (request) => {
    const tenant = await tenantOf(request)
    const text = `SELECT ${columns} FROM devices WHERE tenant_key = $1 AND id = $2`
    return one((await pool.query({ name: "device", text, values: [tenant, request.params.id] })).rows)
  },
  "/v1/devices/:id/energy/readings/latest": async (request) => {
    const tenant = await tenantOf(request)
    const text = `SELECT c.name AS channel, ${said} FROM devices d
      JOIN channels c ON c.device_key = d.key JOIN device_state r ON r.channel_key = c.key
      WHERE d.tenant_key = $1 AND d.id = $2`
    return (await pool.query({ name: "latest", text, values: [tenant, request.params.id] })).rows
  },
  "/v1/locations/:id/devices": async (request) => {
    const tenant = await tenantOf(request)
    const text = `SELECT ${columns} FROM devices
      WHERE tenant_key = $1 AND location_id = $2 ORDER BY id LIMIT $3`
    const values = [tenant, request.params.id, request.query.limit]
    return (await pool.query({ name: "devices", text, values })).rows
  },
  "/v1/devices/:id/energy/readings": async (request) => {
    const tenant = await tenantOf(request)
    const text = `SELECT ${said} FROM devices d
      JOIN channels c ON c.device_key = d.key JOIN readings r ON r.channel_key = c.key
      WHERE d.tenant_key = $1 AND d.id = $2 AND c.name = 'main' AND r.at >= $3 AND r.at < $4
      ORDER BY r.at LIMIT 50`
    const values = [tenant, request.params.id, request.query.from, request.query.to]
    return (await pool.query({ name: "readings", text, values })).rows
  },
  "/v1/locations/:id/energy/consumption": async (request) => {
    const tenant = await tenantOf(request)
    const text = `SELECT h.start, sum(h.imported) AS imported, sum(h.exported) AS exported,
        sum(h.estimated) AS estimated, sum(h.covered_ms) AS covered_ms
      FROM devices d JOIN channels c ON c.device_key = d.key JOIN energy_hourly h ON h.channel_key = c.key
      WHERE d.tenant_key = $1 AND d.location_id = $2 AND d.role = 'load' AND h.start >= $3 AND h.start < $4
      GROUP BY h.start ORDER BY h.start`
    const values = [tenant, request.params.id, request.query.from, request.query.to]
    return (await pool.query({ name: "consumption", text, values })).rows
  }
}

const bare = fastify({ logger: false })
for (const [path, answer] of Object.entries(answers)) bare.get<OfOne>(path, answer)
const address = await bare.listen({ port: 0, host: "127.0.0.1" })
process.stdout.write(`listening ${new URL(address).port}\n`)
process.once("SIGTERM", () => void bare.close().then(() => pool.end()))
