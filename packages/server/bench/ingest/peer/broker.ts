/** The embedded broker with nothing behind it: everything is stored as soon as it is said. */
import { makeBroker, type Taken } from "@wattkit/transport-mqtt"

const broker = makeBroker<string>({
  authenticate: ({ clientId }) => Promise.resolve(clientId),
  spaceOf: () => "bench",
  mayPublish: () => true,
  maySubscribe: () => true,
  take: () => Promise.resolve<Taken>("stored")
})
process.stdout.write(`listening ${await broker.listen({ host: "127.0.0.1", port: 0 })}\n`)
