/**
 * What a flow does that joins 1,000 messages for one INSERT: a subscriber with mqtt.js that acknowledges as
 * messages come, before anything is stored. Arguments: the port of the broker, the database.
 */
import { connectAsync } from "mqtt"
import pg from "pg"
import { answer } from "../../live/child.ts"

const joined = 1_000
const longestMs = 100

const [, , port, database] = process.argv
const pool = new pg.Pool({ connectionString: database!, max: 4 })
await pool.query(`CREATE TABLE IF NOT EXISTS joined_readings (
  device text NOT NULL, at timestamptz NOT NULL, power_w double precision, import_wh double precision,
  voltage_v double precision, PRIMARY KEY (device, at))`)

let waiting: Array<unknown> = []
let count = 0
let stored = 0
let timer: NodeJS.Timeout | undefined

const flush = async (): Promise<void> => {
  clearTimeout(timer)
  timer = undefined
  const values = waiting
  const rows = count
  waiting = []
  count = 0
  const places = Array.from(
    { length: rows },
    (_, i) => `($${i * 5 + 1}, $${i * 5 + 2}, $${i * 5 + 3}, $${i * 5 + 4}, $${i * 5 + 5})`
  )
  await pool.query(`INSERT INTO joined_readings VALUES ${places.join(", ")} ON CONFLICT DO NOTHING`, values)
  stored += rows
}

const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
  clientId: "joining",
  protocolVersion: 5,
  properties: { receiveMaximum: 1_000 }
})
client.on("message", (topic, payload) => {
  const { at, importWh, powerW, voltageV } = JSON.parse(payload.toString())
  waiting.push(topic.split("/")[1], at, powerW, importWh, voltageV)
  if (++count === joined) void flush()
  else timer ??= setTimeout(() => void flush(), longestMs)
})
await client.subscribeAsync("joined/#", { qos: 1 })

answer(async () => ({ stored }))
