import type { QuantityName } from "@wattkit/core"

/** A member of a component that is measured now: it holds until the device says otherwise. */
export interface Instantaneous {
  readonly path: ReadonlyArray<string>
  readonly quantity: QuantityName
  readonly channel: string
}

/** A register of a component; of a switch, what flowed back is also part of what flowed. */
export interface Register {
  readonly path: ReadonlyArray<string>
  readonly returned: ReadonlyArray<string>
  readonly channel: string
  readonly returnedIsPart: boolean
}

/** How the status of a kind of component is read. */
export interface Component {
  readonly now: ReadonlyArray<Instantaneous>
  readonly registers: ReadonlyArray<Register>
}

const own = "{component}"

const now = (quantity: QuantityName, path: string, channel = own): Instantaneous => ({
  path: path.split("/"),
  quantity,
  channel
})

/** A switch and what measures like one. Energies are Wh. */
const meteredLoad: Component = {
  now: [
    now("powerW", "apower"),
    now("voltageV", "voltage"),
    now("currentA", "current"),
    now("frequencyHz", "freq"),
    now("powerFactor", "pf"),
    now("temperatureC", "temperature/tC")
  ],
  registers: [
    { path: ["aenergy", "total"], returned: ["ret_aenergy", "total"], channel: own, returnedIsPart: true }
  ]
}

const phases = [
  ["a", "l1"],
  ["b", "l2"],
  ["c", "l3"]
] as const

const em: Component = {
  now: [
    now("powerW", "total_act_power", "main"),
    ...phases.flatMap(([letter, channel]) => [
      now("powerW", `${letter}_act_power`, channel),
      now("voltageV", `${letter}_voltage`, channel),
      now("currentA", `${letter}_current`, channel),
      now("powerFactor", `${letter}_pf`, channel),
      now("frequencyHz", `${letter}_freq`, channel)
    ])
  ],
  registers: []
}

const emdata: Component = {
  now: [],
  registers: [
    { path: ["total_act"], returned: ["total_act_ret"], channel: "main", returnedIsPart: false },
    ...phases.map(([letter, channel]) => ({
      path: [`${letter}_total_act_energy`],
      returned: [`${letter}_total_act_ret_energy`],
      channel,
      returnedIsPart: false
    }))
  ]
}

const em1: Component = {
  now: [
    now("powerW", "act_power"),
    now("voltageV", "voltage"),
    now("currentA", "current"),
    now("powerFactor", "pf"),
    now("frequencyHz", "freq")
  ],
  registers: []
}

const em1data: Component = {
  now: [],
  registers: [
    {
      path: ["total_act_energy"],
      returned: ["total_act_ret_energy"],
      channel: "em1:{n}",
      returnedIsPart: false
    }
  ]
}

/** The components that measure energy, by the name before the colon. */
export const components: ReadonlyMap<string, Component> = new Map([
  ["switch", meteredLoad],
  ["pm1", meteredLoad],
  ["cover", meteredLoad],
  ["light", meteredLoad],
  ["rgb", meteredLoad],
  ["rgbw", meteredLoad],
  ["cct", meteredLoad],
  ["em", em],
  ["emdata", emdata],
  ["em1", em1],
  ["em1data", em1data]
])

const named = /^([a-z0-9]{1,16}):(\d{1,4})$/

/** The component a member of a status names, if it measures energy. */
export const componentOf = (
  name: string
): { readonly component: Component; readonly channelOf: (template: string) => string } | undefined => {
  const match = named.exec(name)
  const component = components.get(match?.[1] ?? "")
  if (match === null || component === undefined) return undefined
  const channelOf = (template: string) => template.replace("{component}", name).replace("{n}", match[2] ?? "")
  return { component, channelOf }
}
