import type { Device, Location, Reading } from "@wattkit/client"
import type { LiveState, LiveUpdate } from "@wattkit/client/live"
import { DevicePower, type DeviceState } from "../power/DevicePower.ts"
import { History, usualSpanMs } from "../power/History.ts"
import type { LiveData } from "./LiveData.ts"
import * as Problem from "./Problem.ts"

/** What is known of the location, apart from its readings. */
export interface Watched {
  readonly phase: "loading" | "ready" | "failed"
  readonly connection: LiveState
  readonly problem: Problem.Problem | undefined
  readonly locations: ReadonlyArray<Location>
  readonly location: Location | undefined
  readonly devices: ReadonlyArray<Device>
}

const nothing: Watched = {
  phase: "loading",
  connection: "connecting",
  problem: undefined,
  locations: [],
  location: undefined,
  devices: []
}

/** A device that is new on the live stream is looked up, at most this often. */
const lookUpEveryMs = 3000
const retryMs = { first: 1000, longest: 30_000 }
const mostPastReadings = 1800

/**
 * Follows one location: its devices, what they say now and what they said in the last quarter of an hour.
 *
 * A failure that may pass is tried again by itself; what was known before stays visible meanwhile.
 */
export class LiveWatch {
  readonly history = new History()
  watched: Watched = nothing
  readonly #data: LiveData
  readonly #locationId: string | undefined
  readonly #onChange: () => void
  readonly #stop = new AbortController()
  readonly #powers = new Map<string, DevicePower>()
  #lookedUpAt = Number.NEGATIVE_INFINITY
  #isLookingUp = false

  constructor(data: LiveData, locationId: string | undefined, onChange: () => void) {
    this.#data = data
    this.#locationId = locationId
    this.#onChange = onChange
    void this.#run()
  }

  /** Ends everything under way. */
  stop(): void {
    this.#stop.abort()
  }

  /** What a device last said. */
  stateOf(deviceId: string): DeviceState | undefined {
    return this.#powers.get(deviceId)?.state()
  }

  async #run(): Promise<void> {
    for (let wait = retryMs.first; ; wait = Math.min(2 * wait, retryMs.longest)) {
      try {
        return await this.#open()
      } catch (error) {
        if (this.#stop.signal.aborted) return
        const problem = Problem.fromError(error)
        this.#set({ phase: "failed", problem })
        if (!problem.isPassing) return
        await this.#pause(wait)
        if (this.#stop.signal.aborted) return
      }
    }
  }

  async #open(): Promise<void> {
    const { signal } = this.#stop
    const locations = await this.#data.locations(signal)
    const wanted = this.#locationId
    const location = wanted === undefined ? locations[0] : locations.find(({ id }) => id === wanted)
    if (wanted !== undefined && location === undefined) {
      const problem = { kind: "unknown-location", message: wanted, isPassing: false } as const
      return this.#set({ phase: "failed", locations, problem })
    }
    const devices = location === undefined ? [] : await this.#data.devices(location.id, signal)
    if (signal.aborted) return
    this.#set({ phase: "ready", locations, location, devices, problem: undefined })
    if (location === undefined) {
      await this.#pause(lookUpEveryMs)
      return signal.aborted ? undefined : this.#open()
    }
    this.#data.follow(location.id, {
      signal,
      onUpdate: (update) => this.#take(update),
      onState: (connection, error) => this.#connected(connection, error)
    })
    await this.#remember(devices)
    await this.#awaitDevice()
  }

  /** Looks for the first device until there is one; from then on the live stream tells of others. */
  async #awaitDevice(): Promise<void> {
    while (this.watched.devices.length === 0 && !this.#stop.signal.aborted) {
      await this.#pause(lookUpEveryMs)
      await this.#lookUp()
    }
  }

  /** Fetches the recent past of what the chart draws; without it the chart fills as time goes by. */
  async #remember(devices: ReadonlyArray<Device>): Promise<void> {
    const { signal } = this.#stop
    const hasGrid = devices.some(({ role }) => role === "grid")
    const drawn = devices.filter(({ role }) => !hasGrid || role !== "load")
    // What was said before the chart begins is held into it.
    const from = Date.now() - 1.5 * usualSpanMs
    await Promise.all(
      drawn.map(async ({ id }) => {
        const readings = await this.#data.readings(id, from, mostPastReadings, signal).catch(() => [])
        for (const reading of readings) this.#past(id, reading)
        this.#onChange()
      })
    )
  }

  #past(deviceId: string, reading: Reading): void {
    if (reading.powerW !== undefined) this.history.add(deviceId, Date.parse(reading.at), reading.powerW)
  }

  #take({ readings }: LiveUpdate): void {
    for (const reading of readings) {
      const { deviceId } = reading
      let power = this.#powers.get(deviceId)
      if (power === undefined) this.#powers.set(deviceId, (power = new DevicePower()))
      const said = power.take(reading, Date.parse(reading.at))
      if (said !== undefined) this.history.add(deviceId, said.at, said.powerW)
    }
    const known = new Set(this.watched.devices.map(({ id }) => id))
    if (readings.some(({ deviceId }) => !known.has(deviceId))) void this.#lookUp()
    this.#onChange()
  }

  /** Asks for the devices again: one speaks that was registered after this page was opened. */
  async #lookUp(): Promise<void> {
    const { location } = this.watched
    if (location === undefined || this.#isLookingUp) return
    this.#isLookingUp = true
    try {
      await this.#pause(this.#lookedUpAt + lookUpEveryMs - Date.now())
      this.#lookedUpAt = Date.now()
      this.#set({ devices: await this.#data.devices(location.id, this.#stop.signal) })
    } catch {
      // The next update of an unknown device asks again.
    } finally {
      this.#isLookingUp = false
    }
  }

  #connected(connection: LiveState, error: unknown): void {
    if (this.#stop.signal.aborted) return
    if (connection !== "closed") return this.#set({ connection })
    const problem = error === undefined ? undefined : Problem.fromError(error)
    this.#set({ connection, problem, phase: problem === undefined ? "ready" : "failed" })
  }

  #pause(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve()
    const { signal } = this.#stop
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      signal.addEventListener("abort", done)
      function done() {
        clearTimeout(timer)
        signal.removeEventListener("abort", done)
        resolve()
      }
    })
  }

  #set(change: Partial<Watched>): void {
    if (this.#stop.signal.aborted) return
    this.watched = { ...this.watched, ...change }
    this.#onChange()
  }
}
