import { BlockList, isIP, isIPv6 } from "node:net"
import { usualRegistrations } from "@wattkit/engine"
import { Config, Effect, Option } from "effect"
import { type Setting, wrong } from "../../Setting.ts"

/** The settings of how often one may ask. */
export const edgeSettings = {
  bearerRequests: {
    name: "WATTKIT_REQUESTS_PER_MINUTE",
    flag: undefined,
    standard: "100",
    purpose: "How many requests a credential may send in a minute; taking readings in has budgets of its own."
  },
  strangerRequests: {
    name: "WATTKIT_STRANGER_REQUESTS_PER_MINUTE",
    flag: undefined,
    standard: "100",
    purpose: "How many requests without a valid credential may come from an address in a minute."
  },
  registrations: {
    name: "WATTKIT_DEVICE_REGISTRATIONS_PER_HOUR",
    flag: undefined,
    standard: String(usualRegistrations.perHour),
    purpose: "How many devices the persons of a tenant may register in an hour; programs are not counted."
  },
  trustedProxies: {
    name: "WATTKIT_TRUSTED_PROXIES",
    flag: undefined,
    standard: "",
    purpose: "Addresses or networks (10.0.0.0/8), separated by commas, whose X-Forwarded-For is believed."
  }
} as const satisfies Record<string, Setting>

/** How often one may ask, and whose word counts about where a request came from. */
export interface EdgeConfig {
  readonly bearerPerMinute: number
  readonly strangerPerMinute: number
  readonly registrationsPerHour: number
  readonly trustedProxies: ReadonlyArray<string>
}

const optional = (setting: Setting) =>
  Config.map(Config.option(Config.String(setting.name)), Option.getOrUndefined)

/** What the environment says. */
export const edgeRaw = Config.all({
  bearer: optional(edgeSettings.bearerRequests),
  stranger: optional(edgeSettings.strangerRequests),
  registrations: optional(edgeSettings.registrations),
  proxies: optional(edgeSettings.trustedProxies)
})

const howMany = (setting: Setting, found: string | undefined) => {
  const text = found ?? setting.standard ?? ""
  return /^\d{1,9}$/.test(text) && Number(text) > 0
    ? Effect.succeed(Number(text))
    : Effect.fail(wrong(setting, text, "a whole number from 1 to 999999999"))
}

const isNetwork = (text: string): boolean => {
  const [address = "", bits, ...rest] = text.split("/")
  const most = isIPv6(address) ? 128 : 32
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  return isIP(address) !== 0 && isPrefix && rest.length === 0
}

/** Checks what the environment says. */
export const edgeConfigOf = Effect.fnUntraced(function* (given: Config.Success<typeof edgeRaw>) {
  const proxies = (given.proxies ?? "").split(",").map((text) => text.trim())
  const trustedProxies = proxies.filter((text) => text !== "")
  const bad = trustedProxies.find((text) => !isNetwork(text))
  if (bad !== undefined) {
    return yield* wrong(edgeSettings.trustedProxies, bad, "addresses or networks such as 10.0.0.0/8")
  }
  return {
    bearerPerMinute: yield* howMany(edgeSettings.bearerRequests, given.bearer),
    strangerPerMinute: yield* howMany(edgeSettings.strangerRequests, given.stranger),
    registrationsPerHour: yield* howMany(edgeSettings.registrations, given.registrations),
    trustedProxies
  } satisfies EdgeConfig as EdgeConfig
})

/** The networks as something that can be asked about an address. */
export const networksOf = (texts: ReadonlyArray<string>): BlockList => {
  const list = new BlockList()
  for (const text of texts) {
    const [address = "", bits] = text.split("/")
    const family = isIPv6(address) ? "ipv6" : "ipv4"
    list.addSubnet(address, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family)
  }
  return list
}
