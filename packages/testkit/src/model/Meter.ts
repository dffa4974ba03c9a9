import {
  type ChannelName,
  type DeviceId,
  type DeviceReading,
  type MeterExchange,
  type UsageRules,
  usualRules
} from "@wattkit/core"
import type { Luck } from "./Luck.ts"

/** How a made-up channel tells its energy. */
export type MeterKind = "import" | "both" | "daily" | "modulus" | "delta" | "since" | "power" | "mixed"

/** The kinds there are. */
export const meterKinds: ReadonlyArray<MeterKind> = [
  "import",
  "both",
  "daily",
  "modulus",
  "delta",
  "since",
  "power",
  "mixed"
]

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The rules a kind begins with. */
export const rulesOf = (kind: MeterKind, luck: Luck): UsageRules => ({
  ...usualRules,
  basis: kind === "delta" || kind === "since" ? "delta" : kind === "power" ? "power" : "register",
  register: kind === "daily" ? "daily" : "lifetime",
  modulusWh: kind === "modulus" ? 50_000 : null,
  maxPowerW: luck.one([10_000_000, 10_000_000, 60_000, 9_000]),
  maxGapMs: luck.one([HOUR, HOUR, 10 * MINUTE, 5 * HOUR])
})

type Said = {
  -readonly [key in keyof Omit<DeviceReading, "deviceId" | "channel" | "at">]: DeviceReading[key]
}

/** A made-up meter: what it counts, and the ways in which what it says is wrong. */
export class Meter {
  readonly kind: MeterKind
  readonly deviceId: DeviceId
  readonly channel: ChannelName
  /** The instant of its last reading. */
  at: number
  readonly #luck: Luck
  #importWh: number
  #exportWh = 0
  #day = 0

  constructor(luck: Luck, kind: MeterKind, place: Pick<DeviceReading, "deviceId" | "channel">, at: number) {
    this.#luck = luck
    this.kind = kind
    this.deviceId = place.deviceId
    this.channel = place.channel
    this.at = at
    this.#importWh = kind === "modulus" ? 45_000 : luck.one([0, 12, 3_737, 12_345_600.5])
  }

  /** The next reading, some time after the last one. */
  next(): DeviceReading {
    const before = this.at
    const wait = this.#luck.one([5, 15, 5, 15, 1, 7.5, 15, 5, 40, 95, 1, 15]) * MINUTE
    const jitter = this.#luck.chance(0.3) ? this.#luck.whole(-20_000, 20_000) : 0
    const isOnTheQuarter = this.#luck.chance(0.3)
    this.at += wait + (this.#luck.chance(0.02) ? 5 * HOUR : 0) + jitter
    if (isOnTheQuarter) this.at = Math.ceil(this.at / (15 * MINUTE)) * 15 * MINUTE
    return this.readingAt(this.at, before)
  }

  /** A reading at an instant, said of the time since another. */
  readingAt(at: number, before: number): DeviceReading {
    const luck = this.#luck
    const powerW = luck.one([0, 40, 230, 1200, 7000, 2400.5, -800, -3100, 11_000])
    const used = (Math.max(0, powerW) * (at - before)) / HOUR
    const fed = (Math.max(0, -powerW) * (at - before)) / HOUR
    const digits = luck.one([0, 1, 3, 3, 6])
    const rounded = (wattHours: number) => Number(wattHours.toFixed(digits))
    this.#count(rounded(used), rounded(fed), at)
    const said: Said = {}
    if (["import", "both", "daily", "modulus", "mixed"].includes(this.kind)) {
      said.importWh = this.#distorted(Number(this.#importWh.toFixed(6)))
      if (this.kind === "both" || this.kind === "mixed")
        said.exportWh = this.#distorted(Number(this.#exportWh.toFixed(6)))
    }
    if (["delta", "since", "mixed"].includes(this.kind)) {
      said.importDeltaWh = rounded(used)
      if (luck.chance(0.5)) said.exportDeltaWh = rounded(fed)
      if (this.kind === "since" && luck.chance(0.8))
        said.since = (luck.chance(0.7) ? before : at - luck.whole(1, 4) * 10 * MINUTE) as DeviceReading["at"]
    }
    if (this.kind === "power" || luck.chance(0.5)) said.powerW = powerW
    if (luck.chance(0.1)) said.temperatureC = luck.whole(-20, 40)
    if (luck.chance(0.05)) said.extra = { flowLph: luck.whole(0, 900) }
    return {
      deviceId: this.deviceId,
      channel: this.channel,
      at: at as DeviceReading["at"],
      ...this.#part(said)
    }
  }

  /** Begins anew, as another meter does; what is known of the change may be little. */
  exchange(at: number): MeterExchange {
    const finals = { finalImportWh: this.#importWh + 1, finalExportWh: this.#exportWh + 1 }
    this.#importWh = this.#luck.one([0, 0.3, 500])
    this.#exportWh = 0
    const starts = { startImportWh: this.#importWh, startExportWh: 0 }
    return {
      at: at as MeterExchange["at"],
      ...(this.#luck.chance(0.8) ? finals : {}),
      ...(this.#luck.chance(0.8) ? starts : {})
    }
  }

  #count(used: number, fed: number, at: number): void {
    const day = Math.floor(at / (24 * HOUR))
    if (this.#luck.chance(0.015) || (this.kind === "daily" && day !== this.#day)) {
      this.#importWh = 0
      this.#exportWh = 0
    }
    this.#day = day
    this.#importWh += used
    this.#exportWh += fed
    if (this.kind === "modulus") this.#importWh %= 50_000
  }

  #distorted(wattHours: number): number {
    if (!this.#luck.chance(0.04)) return wattHours
    return this.#luck.one([0, wattHours * 0.95, wattHours + 100_000, wattHours / 1000, 0.1, wattHours * 0.5])
  }

  /** Some of what could be said, at least one thing. */
  #part(said: Said): Said {
    if (!this.#luck.chance(0.15)) return said
    const [one] = this.#luck.shuffled(["powerW", "importWh", "temperatureC", "exportWh"] as const)
    const value = one === undefined ? undefined : said[one]
    return one === undefined || value === undefined ? { powerW: 100, ...said } : { [one]: value }
  }
}
