import * as CopyLimit from "../../../../../scripts/bench/CopyLimit.ts"
import { type Context, variant } from "../../../../../scripts/bench/Harness.ts"
import * as StorageAlone from "../../../../../scripts/bench/StorageAlone.ts"
import { between, quiet, usedBy } from "../processors.ts"
import { type Shared, shared } from "./shared.ts"

/** The database of the limit, which peers without one of their own use too. */
export const database: Shared<CopyLimit.CopyLimit> = shared(CopyLimit.open, ({ close }) => close())

const readingsOf = ({ quick }: Context): number => (quick ? 48_000 : 288_000)

/** One COPY of everything at once, prepared before. */
const copied = (name: string) =>
  variant({
    name,
    setup: database.enter,
    run: async ({ copy, pid }, context) => {
      const units = readingsOf(context)
      await quiet({ postgres: pid })
      const before = usedBy({ postgres: pid })
      const elapsed = await copy(units)
      return { units, elapsed, processors: between(before, usedBy({ postgres: pid })) }
    },
    teardown: database.leave
  })

/** What nothing can store faster than. */
export const copyLimit = copied("COPY of the same readings")

/** The same again in another minute of the round, because a machine is not equally fast in all of them. */
export const copyAgain = copied("COPY of the same readings, beside MQTT")

const store = shared(
  () => StorageAlone.open("storage_alone"),
  ({ close }) => close()
)

/** The storage with nothing before it. */
const appended = (name: string, groups: { readonly size: number; readonly each: number }) =>
  variant({
    name,
    setup: store.enter,
    run: async ({ pid, prepare }, context) => {
      const units = readingsOf(context)
      const append = prepare(units, groups)
      await quiet({ postgres: pid })
      const own = process.cpuUsage()
      const before = usedBy({ postgres: pid })
      const elapsed = await append()
      const { system, user } = process.cpuUsage(own)
      return {
        units,
        elapsed,
        processors: { server: user + system, ...between(before, usedBy({ postgres: pid })) }
      }
    },
    teardown: store.leave
  })

/** What the storage alone takes in, in groups as they come of batches and of single readings. */
export const storageAlone = [
  appended("storage alone, groups of 3,000 from 30 devices", { size: 3_000, each: 100 }),
  appended("storage alone, groups of 500 from as many devices", { size: 500, each: 1 })
]
