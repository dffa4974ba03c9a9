import {
  type ChannelUsage,
  mainChannel,
  type Principal,
  type Usage as UsageCell,
  type UsageCursor,
  type UsageRules as Rules
} from "@wattkit/core"
import { Effect, Option, Stream } from "effect"
import type { HeatMapCell } from "../usage/heatMap.ts"
import type { UsageAnswer, UsageQuestion } from "../usage/question.ts"
import { Usage } from "../usage/Usage.ts"
import { UsageRules } from "../usage/UsageRules.ts"
import {
  decodeChannel,
  decodeDeviceId,
  decodeRules,
  decodeUsage,
  type RulesInput,
  type UsageInput
} from "./inputs.ts"
import type { Runner } from "./Runner.ts"

/** What readings become. */
export interface UsageMethods {
  /** The usage of a device or of each device of a location, by device, channel and start. */
  readonly usage: (input: UsageInput) => AsyncIterable<ChannelUsage>
  /** The usage of the devices of a location added up. */
  readonly totalUsage: (input: UsageInput) => Promise<UsageAnswer<UsageCell>>
  /** The total by hours as the wall clock of the location shows them. */
  readonly heatMap: (input: UsageInput) => Promise<UsageAnswer<HeatMapCell>>
  /** The rules of a channel, `main` unless named. */
  readonly usageRules: (deviceId: string, channel?: string) => Promise<Rules>
  /** Sets the rules of a channel; what is left out is as usual. */
  readonly setUsageRules: (deviceId: string, rules: RulesInput, channel?: string) => Promise<Rules>
}

const pageSize = 500

const pagesOf = (owner: Principal, question: UsageQuestion) =>
  Stream.paginate(undefined as UsageCursor | undefined, (after) =>
    Usage.use((usage) => usage.page(owner, { ...question, after, limit: pageSize })).pipe(
      Effect.map(({ cells }) => {
        const last = cells.length === pageSize ? cells.at(-1) : undefined
        const next = last && { deviceId: last.deviceId, channel: last.channel, start: last.within.start }
        return [cells, Option.fromUndefinedOr(next)] as const
      })
    )
  )

/** Every method is one call of the engine. */
export const usageMethods = ({ iterable, owner, run }: Runner<Usage | UsageRules>): UsageMethods => ({
  usage: (input) => iterable(Stream.suspend(() => pagesOf(owner, decodeUsage(input)))),
  totalUsage: async (input) => {
    const question = decodeUsage(input)
    return run(Usage.use((usage) => usage.total(owner, question)))
  },
  heatMap: async (input) => {
    const question = decodeUsage(input)
    return run(Usage.use((usage) => usage.heatMap(owner, question)))
  },
  usageRules: async (deviceId, channel = mainChannel) => {
    const [id, name] = [decodeDeviceId(deviceId), decodeChannel(channel)]
    return run(UsageRules.use((rules) => rules.get(owner, id, name)))
  },
  setUsageRules: async (deviceId, input, channel = mainChannel) => {
    const [id, name, given] = [decodeDeviceId(deviceId), decodeChannel(channel), decodeRules(input)]
    return run(UsageRules.use((rules) => rules.set(owner, id, name, given)))
  }
})
