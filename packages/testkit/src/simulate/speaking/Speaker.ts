import { LocalCalendar } from "@wattkit/core"
import type { House } from "../house/Household.ts"
import type { HouseState } from "../house/HouseState.ts"
import type { Instant } from "../Words.ts"
import type { Metered } from "./Metered.ts"
import type { Said } from "./Spoken.ts"

/** A moment as a device lives it: what is true, and what the clock on the wall shows. */
export interface Moment {
  readonly at: number
  readonly state: HouseState
  /** The local date, such as `2026-10-25`. */
  readonly date: string
  /** Minutes after midnight that the wall clock shows. */
  readonly minute: number
  /** The wall clock without an offset, as `2026-10-25T02:30:00`. */
  readonly wall: string
  /** How far the wall clock is ahead of UTC. */
  readonly offsetMs: number
}

/** The moment of a state. */
export const momentOf = (house: House, state: HouseState): Moment => {
  const calendar = LocalCalendar.of(house.zone)
  const at = state.at as Instant
  const offsetMs = LocalCalendar.offsetAt(calendar, at)
  return {
    at,
    state,
    date: LocalCalendar.dateOf(calendar, at),
    minute: LocalCalendar.minuteOfDay(calendar, at),
    wall: new Date(at + offsetMs).toISOString().slice(0, 19),
    offsetMs
  }
}

/** What a device tells on one channel, and how well. */
export interface Tells {
  readonly channel: string
  readonly metered: (state: HouseState) => Metered
  readonly directions: "import" | "export" | "both"
  /** The most by which two registers can differ from the truth because of the digits they are sent with. */
  readonly resolutionWh: number
  /** Why it is that much. */
  readonly why: string
}

/** A device that speaks. It remembers what it said, so every telling of a story needs one of its own. */
export interface Speaker {
  /** By what its format is called where messages are bound to devices, and by what the device is. */
  readonly format: string
  readonly subject: string
  readonly tells: ReadonlyArray<Tells>
  /**
   * Whether what was used in the minute that ends at this minute of the day is in no message, as when
   * somebody resets a counter between two of them.
   */
  readonly isUntold?: (minute: number) => boolean
  /** What it says when it connects. */
  readonly begin?: (moment: Moment) => ReadonlyArray<Said>
  /** What it says at a moment; it is asked once a minute, and mostly says nothing. */
  readonly speak: (moment: Moment) => ReadonlyArray<Said>
}

/** Whether a moment is one of those at which a device speaks that does so every so many minutes. */
export const isTurn = ({ at }: Moment, everyMinutes: number): boolean => at % (everyMinutes * 60_000) === 0
