import { onTestFinished } from "vitest"
import type { SubscriberOptions } from "../src/subscriber/SubscriberOptions.ts"
import { makeScriptedBroker, type Peer, type ScriptedBroker } from "./ScriptedBroker.ts"
import { makeTakings, quick, start } from "./subscriberSubject.ts"

/** A subscriber at a broker the test plays, until the test ends. */
export const begin = async (over: Partial<SubscriberOptions> = {}, broker?: ScriptedBroker) => {
  const played = broker ?? (await makeScriptedBroker())
  const takings = makeTakings()
  const client = start({ ...quick, url: played.url, take: takings.take, ...over })
  onTestFinished(async () => {
    for (const taking of takings.all) taking.resolve()
    await client.close()
    await played.close()
  })
  return { broker: played, takings, client }
}

/** The next connection, let in. */
export const join = async (broker: ScriptedBroker, sessionPresent = false): Promise<Peer> => {
  const peer = await broker.connection()
  await peer.accept({ sessionPresent })
  return peer
}
