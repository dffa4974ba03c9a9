import { Formats } from "@wattkit/engine"
import { type Format, formats, homeAssistantWith, presence } from "@wattkit/formats"
import { Layer } from "effect"
import type { ServerConfig } from "../config.ts"
import * as BrokerAuth from "../http/BrokerAuth.ts"
import * as MqttSocket from "../http/MqttSocket.ts"
import { ExternalBroker } from "./external.ts"
import type { ExternalOptions } from "./ExternalOptions.ts"
import { Births, overhear } from "./homeassistant/Births.ts"
import * as HomeAssistant from "./homeassistant/HomeAssistant.ts"
import { MqttBroker } from "./MqttBroker.ts"
import { MqttOut } from "./MqttOut.ts"

/** Home Assistant may announce under another prefix than the usual one, which is then read as well. */
const formatsOf = ({ mqtt: { homeAssistant } }: ServerConfig): ReadonlyArray<Format> =>
  homeAssistant === undefined
    ? formats
    : formats.map((format) =>
        format.id === "homeassistant" ? homeAssistantWith(homeAssistant.prefix) : format
      )

/** The formats of a server, for everything that reads messages. */
export const formatsLayer = (config: ServerConfig) => Layer.succeed(Formats, formatsOf(config))

const externalLayer = (external: ExternalOptions, prefix: string | undefined) => {
  if (prefix === undefined) return ExternalBroker.layer(external)
  const will = presence(HomeAssistant.placesOf(prefix), false)
  return ExternalBroker.layer({ ...external, discoveryPrefix: prefix, will })
}

/** The brokers the settings ask for: ours, somebody else's, both or none; and the way out over them. */
export const layer = ({ host, mqtt, publicUrl }: ServerConfig) => {
  const { external, homeAssistant, isPortChosen, port } = mqtt
  const brokers = Layer.mergeAll(
    port === undefined ? Layer.empty : MqttBroker.layer({ host, port, isPortChosen }),
    external === undefined ? Layer.empty : externalLayer(external, homeAssistant?.prefix)
  )
  if (homeAssistant === undefined) return MqttOut.layer(external?.key).pipe(Layer.provideMerge(brokers))
  const overheard = brokers.pipe(Layer.provide(overhear(HomeAssistant.placesOf(homeAssistant.prefix))))
  return HomeAssistant.layer({ ...homeAssistant, externalKey: external?.key, url: publicUrl }).pipe(
    Layer.provideMerge(MqttOut.layer(external?.key)),
    Layer.provideMerge(overheard),
    Layer.provide(Births.layer)
  )
}

/** What MQTT adds to the HTTP server: a socket, and answers to other brokers when they may ask. */
export const routes = ({ mqtt }: ServerConfig) =>
  Layer.mergeAll(MqttSocket.layer, mqtt.auth === undefined ? Layer.empty : BrokerAuth.layer(mqtt.auth))
