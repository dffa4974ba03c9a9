import type { Client } from "@wattkit/client"
import { Clock, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { ask, clientOf, type Server } from "../transfer/httpTarget.ts"
import { heardTable } from "./heardTable.ts"
import { listen } from "./listen.ts"
import { flags as serverFlags, serverOf } from "./server.ts"
import { printable } from "./Table.ts"

const describe = Flag.withDescription

const flags = {
  mqtt: Flag.optional(
    describe(Flag.String("mqtt"), "A broker to listen at, such as mqtt://user:password@host:1883.")
  ),
  seconds: Flag.withDefault(describe(Flag.Finite("seconds"), "How long to listen at a broker. [10]"), 10),
  ...serverFlags
}

const mostTopics = 5

/** The topics that no format reads, of messages that wait. */
const unreadTopics = Effect.fnUntraced(function* (server: Server, client: Client) {
  const { items } = yield* ask(server, () => client.deadLetters.list({ reason: "unknown_topic", limit: 500 }))
  return [...new Set(items.map(({ topic }) => topic))]
})

const topicsText = (topics: ReadonlyArray<string>): string => {
  if (topics.length === 0) return ""
  const shown = topics.slice(0, mostTopics).map((topic) => `  ${printable(topic)}`)
  const rest = topics.length > mostTopics ? [`  and ${topics.length - mostTopics} more`] : []
  return ["\n\nNo format reads these topics:", ...shown, ...rest].join("\n")
}

const width = (): number => (process.stdout.isTTY ? process.stdout.columns : 140)

const fromServer = Effect.fnUntraced(function* (server: Server) {
  const client = yield* clientOf(server)
  const heard = yield* ask(server, () => client.formats.heard())
  const topics = yield* unreadTopics(server, client)
  return heardTable(heard, yield* Clock.currentTimeMillis, width()) + topicsText(topics)
})

const fromBroker = Effect.fnUntraced(function* (url: string, seconds: number) {
  if (!(seconds > 0)) return yield* new StartError({ message: "--seconds must be more than 0." })
  // Whoever waits wants to know for what; the table alone goes where it is redirected to.
  const { heard, unread } = yield* listen(url, seconds * 1000, (broker) =>
    process.stderr.write(`Listening at ${broker} for ${seconds} s …\n`)
  )
  return heardTable(heard, yield* Clock.currentTimeMillis, width()) + topicsText(unread)
})

/** `wattkit devices sniff`. */
export const sniffCommand = Command.make("sniff", flags, ({ key, mqtt, seconds, url }) =>
  Effect.gen(function* () {
    const broker = Option.getOrUndefined(mqtt)
    const text =
      broker === undefined
        ? yield* fromServer(yield* serverOf({ key, url }))
        : yield* fromBroker(broker, seconds)
    process.stdout.write(`${text}\n`)
  })
).pipe(Command.withDescription("Show who speaks on a server or a broker, what is said, and what is missing"))
