import { Layer } from "effect"
import type { ServerConfig } from "../config.ts"
import * as BrokerAuth from "../http/BrokerAuth.ts"
import * as MqttSocket from "../http/MqttSocket.ts"
import { ExternalBroker } from "./external.ts"
import { MqttBroker } from "./MqttBroker.ts"
import { MqttOut } from "./MqttOut.ts"

/** The brokers the settings ask for: ours, somebody else's, both or none; and the way out over them. */
export const layer = ({ host, mqtt }: ServerConfig) => {
  const { external, isPortChosen, port } = mqtt
  const brokers = Layer.mergeAll(
    port === undefined ? Layer.empty : MqttBroker.layer({ host, port, isPortChosen }),
    external === undefined ? Layer.empty : ExternalBroker.layer(external)
  )
  return MqttOut.layer(external?.key).pipe(Layer.provideMerge(brokers))
}

/** What MQTT adds to the HTTP server: a socket, and answers to other brokers when they may ask. */
export const routes = ({ mqtt }: ServerConfig) =>
  Layer.mergeAll(MqttSocket.layer, mqtt.auth === undefined ? Layer.empty : BrokerAuth.layer(mqtt.auth))
