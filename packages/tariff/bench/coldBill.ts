import { bill } from "../src/billing.ts"
import { tariffs } from "./tariffs.ts"

// Run by the bench in a process of its own: prints the milliseconds the first bill of a process takes.

const start = Date.UTC(2026, 0, 31, 23)
const usage = {
  start,
  stepMs: 3_600_000,
  importKwh: Array.from({ length: 28 * 24 }, (_, hour) => (hour % 24) / 10)
}
const started = performance.now()
const { total } = bill(tariffs.tieredTou, usage, "2026-02")
process.stdout.write(`${performance.now() - started} ${total}\n`)
