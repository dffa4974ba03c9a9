import type { Client, Location } from "@wattkit/client"

/** What to do next at a place from which nothing is heard: in words, and as a command for the shell. */
export interface NextStep {
  readonly words: string
  readonly command: string
}

const curl = (url: string, body: unknown): string =>
  [
    `curl ${url} \\`,
    '  -H "authorization: Bearer $WATTKIT_KEY" \\',
    "  -H 'content-type: application/json' \\",
    `  -d '${JSON.stringify(body)}'`
  ].join("\n")

/**
 * The command that brings the place one step further: a location, a device in it, its first reading.
 *
 * The key is not written out, since screens are shared; the shell fills it in.
 */
export const nextStep = async (client: Client, location: Location | undefined): Promise<NextStep> => {
  if (location === undefined) {
    const body = { name: "Maple Street 7", kind: "house", zone: zoneHere(), currency: "EUR" }
    return {
      words: "Create the first location, with your key in WATTKIT_KEY:",
      command: curl(`${client.baseUrl}/v1/locations`, body)
    }
  }
  const { items } = await client.devices.list({ locationId: location.id, limit: 1 })
  const [device] = items
  if (device === undefined) {
    const body = { id: "meter-1", name: "Grid meter", role: "grid", kind: "grid_meter" }
    return {
      words: "Register the first device, with your key in WATTKIT_KEY:",
      command: curl(`${client.baseUrl}/v1/locations/${location.id}/devices`, body)
    }
  }
  const body = { at: new Date().toISOString(), powerW: 420, importWh: 12_345 }
  return {
    words: `Send the first reading of ${device.name}, with your key in WATTKIT_KEY:`,
    command: curl(`${client.baseUrl}/v1/devices/${device.id}/energy/readings`, body)
  }
}

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
