import * as Chance from "../Chance.ts"

/** Part of an appliance's run: how many minutes it draws how many watts. */
export type Phase = readonly [minutes: number, watts: number]

/** The things that people switch on; `cooking` and `kettle` have no plug of their own. */
export type Switched = "dishwasher" | "washer" | "oven" | "cooking" | "kettle" | "hotWater"

/** When an appliance runs, in words of the wall clock, and what one run looks like. */
export interface Habit {
  readonly what: Switched
  /** Share of the days with a run. */
  readonly chance: { readonly workday: number; readonly free: number }
  /** Minutes after midnight. */
  readonly time: { readonly workday: number; readonly free: number }
  readonly spreadMinutes: number
  readonly phases: ReadonlyArray<Phase>
}

const thermostat = (times: number): ReadonlyArray<Phase> =>
  Array.from({ length: times }, (): ReadonlyArray<Phase> => [
    [3, 0],
    [2, 2_600]
  ]).flat()

/** The habits of an ordinary family. */
export const habits: ReadonlyArray<Habit> = [
  {
    what: "kettle",
    chance: { workday: 0.97, free: 0.97 },
    time: { workday: 6 * 60 + 40, free: 8 * 60 + 40 },
    spreadMinutes: 25,
    phases: [
      [4, 1_950],
      [6, 0],
      [3, 1_350]
    ]
  },
  {
    what: "oven",
    chance: { workday: 0.22, free: 0.45 },
    time: { workday: 18 * 60 + 20, free: 12 * 60 },
    spreadMinutes: 40,
    phases: [[9, 2_600], ...thermostat(7)]
  },
  {
    what: "cooking",
    chance: { workday: 0.75, free: 0.85 },
    time: { workday: 18 * 60 + 35, free: 12 * 60 + 25 },
    spreadMinutes: 35,
    phases: [
      [6, 1_800],
      [14, 900],
      [8, 450]
    ]
  },
  {
    what: "dishwasher",
    chance: { workday: 0.6, free: 0.75 },
    time: { workday: 20 * 60 + 15, free: 14 * 60 },
    spreadMinutes: 60,
    phases: [
      [6, 60],
      [19, 1_980],
      [32, 75],
      [14, 1_980],
      [28, 12]
    ]
  },
  {
    what: "washer",
    chance: { workday: 0.25, free: 0.65 },
    time: { workday: 18 * 60 + 50, free: 10 * 60 + 30 },
    spreadMinutes: 80,
    phases: [
      [3, 90],
      [23, 2_050],
      [48, 160],
      [12, 110],
      [9, 430]
    ]
  },
  {
    what: "hotWater",
    chance: { workday: 1, free: 1 },
    time: { workday: 5 * 60 + 10, free: 6 * 60 + 10 },
    spreadMinutes: 20,
    phases: [[26, 1]]
  },
  {
    what: "hotWater",
    chance: { workday: 0.85, free: 0.95 },
    time: { workday: 16 * 60 + 30, free: 16 * 60 },
    spreadMinutes: 50,
    phases: [[20, 1]]
  }
]

const fridgeSubject = Chance.salt("fridge")
const lampSubject = Chance.salt("lights")
const standbySubject = Chance.salt("always on")
const livingSubject = Chance.salt("living")
const thrift = Chance.salt("thrift")

/** The compressor of a fridge: on for about a third of every three quarters of an hour. */
export const fridgeW = (seed: number, at: number, outdoorC: number): number => {
  const period = 46 * 60_000
  const turn = (at + (seed >>> 0)) / period
  const cycle = Math.floor(turn)
  const duty = 0.3 + 0.06 * Chance.unit(seed, fridgeSubject, cycle) + 0.004 * Math.max(0, outdoorC - 18)
  return turn - cycle < duty ? 74 + Math.round(Chance.around(seed, fridgeSubject, at, 3)) : 2
}

/** How many of the people are there and awake, 0 to 1, by the minutes on the wall clock. */
export const presence = (minute: number, workday: boolean): number => {
  const wakes = workday ? 370 : 470
  if (minute < wakes || minute >= 1_400) return 0
  if (minute < wakes + 95) return 0.7
  if (workday) return minute < 16 * 60 + 30 ? 0.15 : minute < 18 * 60 ? 0.6 : 1
  return minute < 18 * 60 ? 0.65 : 1
}

/** Lamps burn where somebody is awake and it is dark outside. */
export const lightsW = (seed: number, at: number, here: number, darkness: number): number => {
  const rooms = 1 + Math.floor(6 * here * Chance.smooth(seed, lampSubject, at / 1_500_000))
  return here === 0 ? 0 : Math.round(26 * rooms * darkness)
}

/** What is never switched off, and what people have running while they are there; none of it is metered. */
export const baseW = (seed: number, at: number, here: number): number => {
  const wasteful = 0.85 + 0.5 * Chance.unit(seed, thrift, 0)
  const always = 84 + 34 * Chance.smooth(seed, standbySubject, at / 5_400_000)
  const living = here * 260 * Chance.smooth(seed, livingSubject, at / 2_400_000)
  return Math.round((always + living) * wasteful + Chance.around(seed, standbySubject, at, 4))
}
