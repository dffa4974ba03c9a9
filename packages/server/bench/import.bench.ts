import { rmSync } from "node:fs"
import { join } from "node:path"
import { type Bench, type Context, variant } from "../../../scripts/bench/Harness.ts"
import * as Command from "./import/command.ts"
import * as House from "./import/house.ts"
import * as Rows from "./import/rows.ts"

/** How many rows a round brings; every round brings others. */
const rowsOf = ({ quick }: Pick<Context, "quick">): number => (quick ? 30_000 : 500_000)

const from = (context: Context): number => context.round * rowsOf(context)

const limit = variant({
  name: "append from memory",
  setup: async () => {
    const dataDir = await House.make()
    return { dataDir, opened: House.open(dataDir) }
  },
  run: async ({ opened }, context) => {
    const units = rowsOf(context)
    return { units, elapsed: await House.appendFromMemory(opened, from(context), units) }
  },
  teardown: async ({ dataDir, opened }) => {
    await opened.dispose()
    House.remove(dataDir)
  }
})

let peakRssBytes = 0

const imported = (extension: "csv" | "ndjson") =>
  variant({
    name: `wattkit import of ${extension}`,
    setup: async () => ({ dataDir: await House.make() }),
    run: async ({ dataDir }, context) => {
      const units = rowsOf(context)
      const path = join(dataDir, `round.${extension}`)
      await Rows.write(path, from(context), units)
      const { accepted, peakRssBytes: peak, seconds } = await Command.run(path, dataDir)
      if (accepted !== units) throw new Error(`${accepted} of ${units} rows were accepted`)
      peakRssBytes = Math.max(peakRssBytes, peak)
      rmSync(path)
      return { units, elapsed: seconds * 1000 }
    },
    teardown: ({ dataDir }) => House.remove(dataDir)
  })

/** Half a million rows from a file into the embedded PostgreSQL, by the command in a process of its own. */
export default {
  name: "import",
  unit: "rows",
  limit: limit.name,
  rounds: 3,
  variants: [limit, imported("csv"), imported("ndjson")],
  checks: [{ name: "the command stays below 300 MB", holds: () => peakRssBytes < 300e6 }]
} satisfies Bench
