import type { Device, DeviceId } from "@wattkit/core"

type Member = Pick<Device, "id" | "parentId">

/** A device and how many devices are above it. */
export interface TreeEntry {
  readonly device: Device
  readonly depth: number
}

/** Whether a device would be above itself with this parent. */
export const isCycle = (devices: ReadonlyArray<Member>, id: DeviceId, parentId: DeviceId | null): boolean => {
  const parents = new Map(devices.map((device) => [device.id, device.parentId]))
  const seen = new Set<DeviceId>()
  for (let above = parentId; above !== null && !seen.has(above); above = parents.get(above) ?? null) {
    if (above === id) return true
    seen.add(above)
  }
  return false
}

/**
 * Devices as a tree is read: each before those it contains, in the order of ids. One whose parent is not
 * among them is at the top. Should some be in each other nevertheless, they come last.
 */
export const inOrder = (devices: ReadonlyArray<Device>): ReadonlyArray<TreeEntry> => {
  const known = new Set(devices.map(({ id }) => id))
  const below = new Map<DeviceId | null, Array<Device>>()
  for (const device of devices.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const parentId = device.parentId !== null && known.has(device.parentId) ? device.parentId : null
    const siblings = below.get(parentId) ?? []
    siblings.push(device)
    below.set(parentId, siblings)
  }
  // A stack and no recursion, because nobody says how deep meters stand behind each other.
  const entries: Array<TreeEntry> = []
  const waiting = (below.get(null) ?? []).map((device) => ({ device, depth: 0 })).reverse()
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    entries.push(entry)
    const depth = entry.depth + 1
    for (const device of (below.get(entry.device.id) ?? []).toReversed()) waiting.push({ device, depth })
  }
  const shown = new Set(entries.map(({ device }) => device.id))
  const lost = devices.filter(({ id }) => !shown.has(id))
  return [...entries, ...lost.map((device) => ({ device, depth: 0 }))]
}
