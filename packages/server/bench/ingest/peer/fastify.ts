import fastify from "fastify"
import pg from "pg"

// What a good engineer writes in an afternoon: a schema, a pool, one INSERT for the rows of each request.

const pool = new pg.Pool({ connectionString: process.argv[2]!, max: 10 })
await pool.query(`CREATE TABLE IF NOT EXISTS peer_readings (
  device integer NOT NULL, at timestamptz NOT NULL, power_w double precision, import_wh double precision,
  voltage_v double precision, PRIMARY KEY (device, at))`)

interface Row {
  readonly device: number
  readonly at: number
  readonly powerW: number
  readonly importWh: number
  readonly voltageV: number
}

const number = { type: "number" } as const
const row = {
  type: "object",
  required: ["device", "at", "powerW", "importWh", "voltageV"],
  properties: { device: { type: "integer" }, at: number, powerW: number, importWh: number, voltageV: number }
} as const

const app = fastify({ logger: false })
app.post<{ Body: ReadonlyArray<Row> }>(
  "/readings",
  { schema: { body: { type: "array", items: row, maxItems: 10_000 } } },
  async ({ body }) => {
    const places = body.map(
      (_, i) => `($${i * 5 + 1}, $${i * 5 + 2}, $${i * 5 + 3}, $${i * 5 + 4}, $${i * 5 + 5})`
    )
    const values = body.flatMap((it) => [it.device, new Date(it.at), it.powerW, it.importWh, it.voltageV])
    const { rowCount } = await pool.query(
      `INSERT INTO peer_readings VALUES ${places.join(", ")} ON CONFLICT DO NOTHING`,
      values
    )
    return { accepted: rowCount }
  }
)
const address = await app.listen({ port: 0, host: "127.0.0.1" })
process.stdout.write(`listening ${new URL(address).port}\n`)
process.once("SIGTERM", () => void app.close().then(() => pool.end()))
