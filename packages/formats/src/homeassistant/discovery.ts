import { isObject } from "../payload/payloadJson.ts"
import { type Entries, jsonOf } from "../payload/wholePayload.ts"
import { inFull } from "./abbreviations.ts"
import { type Entity, entityOf } from "./Entity.ts"

/** What a message to a discovery topic turned out to be. */
export type Discovery =
  | { readonly kind: "entities"; readonly entities: ReadonlyArray<Entity> }
  | { readonly kind: "removed" }
  /** A step of moving to the device form, or what we announce ourselves: nothing changes. */
  | { readonly kind: "kept" }
  | { readonly kind: "malformed"; readonly why: string }

/** The name under which we announce ourselves, by which our own announcements are known again. */
export const originName = "wattkit"

/** The most components one device announces at once. */
const mostComponents = 500

/** Whether a topic is one that devices announce themselves on, and for which kind of entity. */
export const placeOf = (
  topic: string,
  prefix: string
): { readonly component: string; readonly id: string } | undefined => {
  if (!topic.startsWith(`${prefix}/`) || !topic.endsWith("/config")) return undefined
  const parts = topic.slice(prefix.length + 1, -"/config".length).split("/")
  const [component = "", first = "", second] = parts
  if (parts.length < 2 || parts.length > 3 || component === "" || first === "" || second === "")
    return undefined
  return { component, id: second ?? first }
}

const isOurs = (config: Entries): boolean =>
  isObject(config["origin"]) && config["origin"]["name"] === originName

const entitiesOfDevice = (config: Entries): ReadonlyArray<Entity> | string => {
  const { components, ...shared } = config
  if (!isObject(components)) return "a device has no components"
  const all = Object.entries(components)
  if (all.length > mostComponents) return `a device has more than ${mostComponents} components`
  const base = typeof shared["~"] === "string" ? shared["~"] : undefined
  return all.flatMap(([id, component]): ReadonlyArray<Entity> => {
    if (!isObject(component)) return []
    const own = inFull(component, base)
    // A component with nothing but its platform is one that is gone.
    if (own["platform"] !== "sensor" || Object.keys(component).length === 1) return []
    const entity = entityOf({ ...shared, ...own }, id)
    return entity === undefined ? [] : [entity]
  })
}

/** Reads what was published to a discovery topic. */
export const read = (place: { readonly component: string; readonly id: string }, text: string): Discovery => {
  if (text.trim() === "") return { kind: "removed" }
  const payload = jsonOf(text)
  if (!isObject(payload)) return { kind: "malformed", why: "the configuration is not a JSON object" }
  if (payload["migrate_discovery"] === true) return { kind: "kept" }
  const config = inFull(payload)
  if (isOurs(config)) return { kind: "kept" }
  if (place.component === "device") {
    const entities = entitiesOfDevice(config)
    return typeof entities === "string"
      ? { kind: "malformed", why: entities }
      : { kind: "entities", entities }
  }
  const entity = place.component === "sensor" ? entityOf(config, place.id) : undefined
  return { kind: "entities", entities: entity === undefined ? [] : [entity] }
}
