import { TenantId } from "@wattkit/core"
import { Filter, Topic } from "@wattkit/transport-mqtt"
import { Config, Effect, Option, Redacted, Schema } from "effect"
import { defaultTenant } from "../FirstStart.ts"
import { type Setting, wrong } from "../Setting.ts"
import { StartError } from "../StartError.ts"
import type { ExternalOptions } from "./ExternalOptions.ts"

/** Every setting of MQTT. */
export const mqttSettings = {
  mqttPort: {
    name: "WATTKIT_MQTT_PORT",
    flag: undefined,
    standard: "1883",
    purpose:
      "The port of the MQTT broker inside the server, on the address of WATTKIT_HOST; 0 takes a free one, " +
      "off starts no broker. With WATTKIT_MQTT_URL it is off unless it is set."
  },
  mqttUrl: {
    name: "WATTKIT_MQTT_URL",
    flag: undefined,
    standard: undefined,
    purpose: "A broker that devices use instead, to be subscribed to: mqtts://user:password@host."
  },
  mqttKey: {
    name: "WATTKIT_MQTT_KEY",
    flag: undefined,
    standard: undefined,
    purpose: "The credential in whose name everything from that broker is stored; it needs the scope ingest."
  },
  mqttTopics: {
    name: "WATTKIT_MQTT_TOPICS",
    flag: undefined,
    standard: "",
    purpose:
      "Topic filters to subscribe to there, separated by commas; by default all that can be read. " +
      "What devices announce to Home Assistant is subscribed to as well."
  },
  mqttClientId: {
    name: "WATTKIT_MQTT_CLIENT_ID",
    flag: undefined,
    standard: "wattkit",
    purpose: "The client id at that broker, under which it keeps the session; every server needs its own."
  },
  mqttGroup: {
    name: "WATTKIT_MQTT_GROUP",
    flag: undefined,
    standard: undefined,
    purpose: "The name of a shared subscription, for several servers that divide the messages."
  },
  mqttHomeAssistant: {
    name: "WATTKIT_MQTT_HOMEASSISTANT",
    flag: undefined,
    standard: "off",
    purpose:
      "The discovery prefix of Home Assistant, such as homeassistant, to show it all devices; " +
      "one server for a broker does that."
  },
  mqttHomeAssistantTenant: {
    name: "WATTKIT_MQTT_HOMEASSISTANT_TENANT",
    flag: undefined,
    standard: defaultTenant,
    purpose: "The tenant whose devices are shown, besides that of WATTKIT_MQTT_KEY."
  },
  mqttAuthSecret: {
    name: "WATTKIT_MQTT_AUTH_SECRET",
    flag: undefined,
    standard: undefined,
    purpose: "What a broker must show to ask /v1/mqtt/… who may do what; nobody may ask while it is not set."
  },
  mqttAuthTenant: {
    name: "WATTKIT_MQTT_AUTH_TENANT",
    flag: undefined,
    standard: defaultTenant,
    purpose: "The tenant whose credentials that broker serves. Topics of a broker of several would mix."
  }
} as const satisfies Record<string, Setting>

/** The settings of MQTT, read and checked. */
export interface MqttConfig {
  /** The port of the embedded broker; undefined for no broker. */
  readonly port: number | undefined
  /** Whether somebody asked for this port; one that nobody asked for may be taken. */
  readonly isPortChosen: boolean
  readonly external: ExternalOptions | undefined
  /** Where devices are announced to Home Assistant; undefined for nowhere. */
  readonly homeAssistant:
    | { readonly prefix: string; readonly tenantId: TenantId; readonly flushMs?: number }
    | undefined
  /** How another broker may ask about credentials; undefined when none may. */
  readonly auth: { readonly secret: Redacted.Redacted; readonly tenantId: TenantId } | undefined
}

const optional = (setting: Setting) =>
  Config.map(Config.option(Config.String(setting.name)), Option.getOrUndefined)

const secret = (setting: Setting) =>
  Config.map(Config.option(Config.Redacted(setting.name)), Option.getOrUndefined)

/** What the environment says. */
export const mqttRaw = Config.all({
  port: optional(mqttSettings.mqttPort),
  url: secret(mqttSettings.mqttUrl),
  key: secret(mqttSettings.mqttKey),
  topics: optional(mqttSettings.mqttTopics),
  clientId: optional(mqttSettings.mqttClientId),
  group: optional(mqttSettings.mqttGroup),
  homeAssistant: optional(mqttSettings.mqttHomeAssistant),
  homeAssistantTenant: optional(mqttSettings.mqttHomeAssistantTenant),
  authSecret: secret(mqttSettings.mqttAuthSecret),
  authTenant: optional(mqttSettings.mqttAuthTenant)
})

type Given = Config.Success<typeof mqttRaw>

const portOf = Effect.fnUntraced(function* ({ port, url }: Given) {
  const text = port ?? (url === undefined ? mqttSettings.mqttPort.standard : "off")
  if (text === "off") return undefined
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  return yield* wrong(mqttSettings.mqttPort, text, "a number from 0 to 65535, or off")
})

const externalOf = Effect.fnUntraced(function* (given: Given) {
  const { clientId, group, key, topics: listed = "", url } = given
  if (url === undefined) return undefined
  if (key === undefined) {
    return yield* new StartError({
      message: "WATTKIT_MQTT_URL needs WATTKIT_MQTT_KEY: a credential in whose name readings are stored."
    })
  }
  const topics = listed.split(",").map((topic) => topic.trim())
  const used = topics.filter((topic) => topic !== "")
  const bad = used.find((topic) => !Filter.isFilter(topic))
  if (bad !== undefined) return yield* wrong(mqttSettings.mqttTopics, bad, "MQTT topic filters")
  return { url, key, topics: used, group, clientId: clientId ?? mqttSettings.mqttClientId.standard }
})

/** The shortest secret that is no invitation. */
const leastSecret = 16

const tenantOf = (setting: Setting, tenant: string = defaultTenant) =>
  Schema.is(TenantId)(tenant) ? Effect.succeed(tenant) : wrong(setting, tenant, "the id of a tenant")

const authOf = Effect.fnUntraced(function* ({ authSecret, authTenant }: Given) {
  if (authSecret === undefined) return undefined
  if (Redacted.value(authSecret).length < leastSecret) {
    return yield* new StartError({
      message: `${mqttSettings.mqttAuthSecret.name} must have ${leastSecret} characters or more.`
    })
  }
  return { secret: authSecret, tenantId: yield* tenantOf(mqttSettings.mqttAuthTenant, authTenant) }
})

const homeAssistantOf = Effect.fnUntraced(function* ({ homeAssistant, homeAssistantTenant }: Given) {
  const prefix = homeAssistant ?? mqttSettings.mqttHomeAssistant.standard
  if (prefix === "off") return undefined
  if (!Topic.isTopic(prefix) || /^\$|^\/|\/$/.test(prefix)) {
    return yield* wrong(mqttSettings.mqttHomeAssistant, prefix, "the beginning of MQTT topics, or off")
  }
  return { prefix, tenantId: yield* tenantOf(mqttSettings.mqttHomeAssistantTenant, homeAssistantTenant) }
})

/** Checks what the environment says. */
export const mqttConfigOf = Effect.fnUntraced(function* (given: Given) {
  return {
    port: yield* portOf(given),
    isPortChosen: given.port !== undefined,
    external: yield* externalOf(given),
    homeAssistant: yield* homeAssistantOf(given),
    auth: yield* authOf(given)
  } satisfies MqttConfig as MqttConfig
})
