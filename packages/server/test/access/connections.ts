import { connectAsync, type MqttClient } from "mqtt"
import type { TestServer } from "../fixtures/inProcess.ts"
import { openEvents, openLive } from "../fixtures/liveClient.ts"
import type { TestMqtt } from "../fixtures/mqttServer.ts"

/** The longest a connection of somebody stays who may not. */
export const atMostMs = 5_000

const connect = (url: string, password: string): Promise<MqttClient> =>
  connectAsync(url, { password, username: "anything", protocolVersion: 5, reconnectPeriod: 0 })

const reasonOf = (client: MqttClient): Promise<number | undefined> =>
  new Promise((resolve) => {
    client.once("disconnect", ({ reasonCode }) => resolve(reasonCode))
    client.once("close", () => resolve(undefined))
  })

/** One connection of every kind; how each of them ends, and when all have. */
export const connectAll = async (server: TestServer, mqtt: TestMqtt, secret: string) => {
  const live = await openLive(server.url, secret)
  live.say({ type: "SUBSCRIBE", id: "1" })
  const events = await openEvents(server.url, secret)
  const tcp = await connect(`mqtt://127.0.0.1:${mqtt.port}`, secret)
  const socket = await connect(`${mqtt.http.replace("http", "ws")}/mqtt`, secret)
  const endings = [live.closed, reasonOf(tcp), reasonOf(socket), events.ended]
  const end = async () => {
    live.close()
    events.close()
    await tcp.endAsync()
    await socket.endAsync()
  }
  return { endings, end, live }
}

export type Connected = Awaited<ReturnType<typeof connectAll>>

/** How connections end after something was done, within the time there is. */
export const endingsAfter = async ({ endings }: Connected, act: () => Promise<unknown>) => {
  let clock: NodeJS.Timeout | undefined
  const late = new Promise<"still there">((resolve) => {
    clock = setTimeout(() => resolve("still there"), atMostMs)
  })
  const ended = Promise.all(endings.map((one) => Promise.race([one, late])))
  await act()
  const [live, tcp, socket, events] = await ended
  clearTimeout(clock)
  return { live, tcp, socket, events }
}
