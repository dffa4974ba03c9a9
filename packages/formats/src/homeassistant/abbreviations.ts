import { isObject } from "../payload/payloadJson.ts"
import type { Entries } from "../payload/wholePayload.ts"

/** Short names that Home Assistant's discovery allows, of what is read here. */
const short: ReadonlyMap<string, string> = new Map([
  ["avty", "availability"],
  ["avty_mode", "availability_mode"],
  ["avty_t", "availability_topic"],
  ["avty_tpl", "availability_template"],
  ["cmps", "components"],
  ["dev", "device"],
  ["dev_cla", "device_class"],
  ["e", "encoding"],
  ["exp_aft", "expire_after"],
  ["lrst_t", "last_reset_topic"],
  ["lrst_val_tpl", "last_reset_value_template"],
  ["o", "origin"],
  ["obj_id", "object_id"],
  ["p", "platform"],
  ["pl_avail", "payload_available"],
  ["pl_not_avail", "payload_not_available"],
  ["stat_cla", "state_class"],
  ["stat_t", "state_topic"],
  ["t", "topic"],
  ["uniq_id", "unique_id"],
  ["unit_of_meas", "unit_of_measurement"],
  ["val_tpl", "value_template"]
])

const shortOfDevice: ReadonlyMap<string, string> = new Map([
  ["cns", "connections"],
  ["cu", "configuration_url"],
  ["ids", "identifiers"],
  ["mf", "manufacturer"],
  ["mdl", "model"],
  ["sa", "suggested_area"],
  ["sn", "serial_number"],
  ["sw", "sw_version"]
])

const renamed = (entries: Entries, names: ReadonlyMap<string, string>): Record<string, unknown> => {
  const full: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(entries)) {
    // A payload that has both says the same twice; the long one is what it means.
    const long = names.get(name)
    if (long === undefined || !Object.hasOwn(entries, long)) full[long ?? name] = value
  }
  return full
}

const withBase = (value: unknown, base: string): unknown => {
  if (typeof value !== "string") return value
  if (value.startsWith("~")) return base + value.slice(1)
  return value.endsWith("~") ? value.slice(0, -1) + base : value
}

const isTopic = (name: string): boolean => name === "topic" || name.endsWith("_topic")

const withTopics = (entries: Entries, base: string | undefined): Entries =>
  base === undefined
    ? entries
    : Object.fromEntries(
        Object.entries(entries).map(([name, value]) => [name, isTopic(name) ? withBase(value, base) : value])
      )

/** A discovery payload with its names in full and its `~` filled in, also where it lists availability. */
export const inFull = (payload: Entries, outerBase?: string): Entries => {
  const full = renamed(payload, short)
  const base = typeof full["~"] === "string" ? full["~"] : outerBase
  const device = full["device"]
  if (isObject(device)) full["device"] = renamed(device, shortOfDevice)
  const origin = full["origin"]
  if (isObject(origin)) full["origin"] = renamed(origin, shortOfDevice)
  const list = full["availability"]
  if (Array.isArray(list)) {
    full["availability"] = list.map((one) => (isObject(one) ? withTopics(renamed(one, short), base) : one))
  } else if (isObject(list)) full["availability"] = [withTopics(renamed(list, short), base)]
  const whole = withTopics(full, base)
  return base === undefined ? whole : { ...whole, "~": base }
}
