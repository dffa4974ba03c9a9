import { Effect, Option, Redacted } from "effect"
import { Command, Flag } from "effect/cli"
import { launch, type Running, type StorageLayer } from "../App.ts"
import { type Flags, load, settings } from "../config.ts"
import * as Demo from "../demo/Demo.ts"
import { firstKey } from "../FirstStart.ts"
import { Lifecycle } from "../Lifecycle.ts"
import * as Logging from "../logging.ts"
import { StartError } from "../StartError.ts"
import { demoText, emptyText } from "./words.ts"

const described = (setting: (typeof settings)[keyof typeof settings]): string =>
  `${setting.purpose} [${setting.name}${setting.standard === undefined ? "" : `, ${setting.standard}`}]`

const flags = {
  port: Flag.optional(Flag.withDescription(Flag.Int("port"), described(settings.port))),
  host: Flag.optional(Flag.withDescription(Flag.String("host"), described(settings.host))),
  dataDir: Flag.optional(Flag.withDescription(Flag.String("data-dir"), described(settings.dataDir))),
  demo: Flag.Boolean("demo").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Show a simulated house with a month of history; --no-demo starts empty.")
  )
}

/** Cannot go on: the reason is for the operator, as one sentence. */
const startError = (error: unknown): StartError =>
  error instanceof StartError
    ? error
    : new StartError({ message: error instanceof Error ? error.message : String(error) })

const startDemo = Effect.fnUntraced(function* ({ services, url }: Running, dataDir: string) {
  const demo = yield* Demo.start(dataDir).pipe(Effect.provideContext(services))
  return demoText(url, demo)
})

const startEmpty = Effect.fnUntraced(function* ({ services, url }: Running) {
  const key = yield* firstKey.pipe(Effect.provideContext(services))
  return emptyText(url, key === undefined ? undefined : Redacted.value(key))
})

/** Runs a server until it is told to stop. */
export const run = Effect.fnUntraced(function* (
  given: Flags & { readonly demo: boolean },
  storage?: StorageLayer
) {
  const config = yield* load(given)
  yield* Effect.gen(function* () {
    const running = yield* launch(config, storage)
    const text = yield* given.demo ? startDemo(running, config.dataDir) : startEmpty(running)
    yield* Effect.provideContext(
      Lifecycle.use((lifecycle) => lifecycle.ready),
      running.services
    )
    yield* Effect.sync(() => console.log(text))
    yield* Effect.never
  }).pipe(Effect.scoped, Effect.provide(Logging.layer(config)))
}, Effect.mapError(startError))

/** `wattkit serve`. */
export const serve = Command.make("serve", flags, ({ dataDir, demo, host, port }) =>
  run({
    demo,
    port: Option.getOrUndefined(port),
    host: Option.getOrUndefined(host),
    dataDir: Option.getOrUndefined(dataDir)
  })
).pipe(Command.withDescription("Start the server with its embedded database and the dashboard"))
