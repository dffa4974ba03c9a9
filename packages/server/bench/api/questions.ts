import type { Asked } from "./reader.ts"

/** How many devices there are, and over how many locations they are spread. */
export const house = { devices: 10_000, locations: 100 } as const

/** A part of what is asked, of so many in a hundred. */
interface Share {
  readonly percent: number
  readonly path: (device: number, location: string) => string
}

const hour = 3_600_000

/** A screen of somebody who looks at their devices asks like this. */
const shares = (day: number): ReadonlyArray<Share> => {
  const at = (hours: number): string => new Date(day + hours * hour).toISOString()
  const within = `from=${at(0)}&to=${at(24)}`
  return [
    { percent: 30, path: (device) => `/v1/devices/meter-${device}/energy/readings/latest` },
    { percent: 25, path: (device) => `/v1/devices/meter-${device}` },
    { percent: 15, path: (_, location) => `/v1/locations/${location}/devices?limit=50` },
    { percent: 15, path: (device) => `/v1/devices/meter-${device}/energy/readings?${within}` },
    {
      percent: 15,
      path: (_, location) => `/v1/locations/${location}/energy/consumption?${within}&resolution=1h&role=load`
    }
  ]
}

/** A mix of reads over all devices, the same each time it is made. */
export const mixed = (locations: ReadonlyArray<string>, day: number, count: number): ReadonlyArray<Asked> => {
  const paths = shares(day).flatMap(({ path, percent }) => Array.from({ length: percent }, () => path))
  // Both step over what they choose from without a common divisor, so that all are met in no order.
  return Array.from({ length: count }, (_, i) => {
    const path = paths[(i * 37) % paths.length]!
    return { path: path((i * 6_151) % house.devices, locations[(i * 41) % locations.length]!) }
  })
}

/**
 * What people do who write down their meters: look at the last reading, and send the next one. The readings
 * are of minutes from `start` on, so that none of a later round was said before.
 */
export const recording = (start: number, count: number): ReadonlyArray<Asked> =>
  Array.from({ length: count }, (_, i) => {
    const path = `/v1/devices/meter-${(i >> 1) % house.devices}/energy/readings`
    const at = new Date(start + Math.floor((i >> 1) / house.devices) * 60_000).toISOString()
    return i % 2 === 0
      ? { path: `${path}/latest` }
      : { path, body: JSON.stringify({ at, powerW: 420 + (i % 50) }) }
  })
