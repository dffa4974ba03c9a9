import { originName } from "../discovery.ts"
import {
  type Announcement,
  availabilityTopic,
  configTopic,
  type Outgoing,
  type Places,
  plainId,
  presenceTopic,
  type Shown,
  stateTopic
} from "./Announcement.ts"
import { componentOf, keyOf } from "./components.ts"

const componentsOf = (deviceId: string, shown: ReadonlyArray<Shown>): { readonly [key: string]: object } => {
  const components: Record<string, object> = {}
  for (const one of shown) {
    const component = componentOf(deviceId, one)
    if (component !== undefined) components[keyOf(one)] = component
  }
  return components
}

/**
 * Announces a device with all its numbers in one message. With power, registers and costs in it, the device
 * can be chosen in Home Assistant's energy dashboard.
 *
 * What was announced `before` and is not shown any more has to be named: a component that is merely left out
 * stays.
 */
export const announce = (
  places: Places,
  device: Announcement,
  before: ReadonlyArray<Shown> = []
): Outgoing => {
  const components = componentsOf(device.deviceId, device.shown)
  const gone = Object.keys(componentsOf(device.deviceId, before)).filter((key) => !(key in components))
  const payload = {
    device: {
      identifiers: [`wattkit_${plainId(device.deviceId)}`],
      name: device.name,
      ...(device.manufacturer === undefined ? {} : { manufacturer: device.manufacturer }),
      ...(device.model === undefined ? {} : { model: device.model }),
      ...(device.area === undefined ? {} : { suggested_area: device.area }),
      ...(device.url === undefined ? {} : { configuration_url: device.url })
    },
    origin: { name: originName, sw_version: places.version },
    components: { ...components, ...Object.fromEntries(gone.map((key) => [key, { p: "sensor" }])) },
    state_topic: stateTopic(places, device.deviceId),
    availability: [{ topic: availabilityTopic(places) }, { topic: presenceTopic(places, device.deviceId) }],
    // It is there when we are and it is.
    availability_mode: "all",
    qos: 1
  }
  return { topic: configTopic(places, device.deviceId), payload: JSON.stringify(payload), retain: true }
}

/** Takes a device with all its entities out of Home Assistant: the broker forgets what announced it. */
export const withdraw = (places: Places, deviceId: string): ReadonlyArray<Outgoing> => [
  { topic: configTopic(places, deviceId), payload: "", retain: true },
  { topic: stateTopic(places, deviceId), payload: "", retain: true },
  { topic: presenceTopic(places, deviceId), payload: "", retain: true }
]

/** Whether Home Assistant has just started and asks for everything again. */
export const isBirth = (places: Places, topic: string, payload: string): boolean =>
  topic === `${places.prefix}/status` && payload === "online"

/**
 * Moves entities that were announced one by one into the device's message without losing their history: each
 * old topic is told that it moves, then the device is announced, then the old topics are emptied. To be
 * published in this order; the unique ids must be the same as before.
 */
export const migrate = (
  places: Places,
  device: Announcement,
  oldTopics: ReadonlyArray<string>
): ReadonlyArray<Outgoing> => [
  ...oldTopics.map((topic) => ({
    topic,
    payload: JSON.stringify({ migrate_discovery: true }),
    retain: true
  })),
  announce(places, device),
  ...oldTopics.map((topic) => ({ topic, payload: "", retain: true }))
]
