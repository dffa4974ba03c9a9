/**
 * The synthetic years the cases are computed on: whole watts and 1/10,000 of a currency unit, made by integer
 * arithmetic from a seed. The calendar is the one of 2018 in UTC, which begins on a Monday.
 */
const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

interface Step {
  readonly month: number
  readonly weekday: number
  readonly hour: number
  readonly day: number
}

const eachStep = (stepsPerHour: number, visit: (step: Step) => void): void => {
  let day = 0
  daysOfMonths.forEach((days, month) => {
    const last = day + days
    for (; day < last; day++) {
      for (let step = 0; step < 24 * stepsPerHour; step++) {
        visit({ month, weekday: day % 7, hour: Math.floor(step / stepsPerHour), day })
      }
    }
  })
}

/** A linear congruential generator whose draws are the upper half of its 32 bits. */
const draws = (seed: number): (() => number) => {
  let state = BigInt(seed)
  return () => {
    state = BigInt.asUintN(32, state * 1664525n + 1013904223n)
    return Number(state >> 16n)
  }
}

interface LoadShape {
  readonly watts: number
  readonly noise: number
  readonly least: number
  readonly seed: number
  readonly weekday: ReadonlyArray<number>
  readonly weekend: ReadonlyArray<number>
  readonly months: ReadonlyArray<number>
}

const loads: Readonly<Record<string, LoadShape>> = {
  residential: {
    watts: 900,
    noise: 200,
    least: 50,
    seed: 12345,
    weekday: [
      55, 50, 48, 47, 48, 55, 80, 110, 100, 80, 70, 68, 70, 68, 70, 80, 105, 150, 185, 190, 170, 140, 100, 70
    ],
    weekend: [
      60, 55, 50, 48, 48, 50, 62, 85, 110, 120, 118, 115, 112, 108, 105, 108, 120, 148, 172, 175, 160, 135,
      105, 75
    ],
    months: [115, 105, 95, 85, 85, 110, 140, 145, 120, 90, 95, 118]
  },
  commercial: {
    watts: 180_000,
    noise: 8000,
    least: 20_000,
    seed: 777,
    weekday: [
      38, 36, 35, 35, 37, 42, 55, 75, 92, 100, 106, 110, 112, 114, 115, 113, 108, 98, 82, 68, 58, 50, 44, 40
    ],
    weekend: [34, 33, 32, 32, 32, 33, 36, 40, 44, 48, 50, 52, 52, 52, 50, 48, 46, 44, 42, 40, 38, 37, 36, 35],
    months: [88, 86, 88, 90, 96, 108, 118, 120, 110, 98, 90, 88]
  }
}

const solar: Readonly<Record<string, { readonly peak: number; readonly seed: number }>> = {
  pv5: { peak: 5000, seed: 4242 },
  pv9: { peak: 9000, seed: 4242 },
  pv150: { peak: 150_000, seed: 99 }
}

const clearNoon = [62, 70, 82, 92, 98, 100, 100, 97, 90, 78, 66, 58]
const halfDay = [9, 10, 12, 13, 14, 15, 15, 14, 12, 11, 10, 9]

/** Watts used in each step of the year. */
export const loadWatts = (name: string, stepsPerHour: number): ReadonlyArray<number> => {
  const shape = loads[name]
  if (shape === undefined) throw new Error(`there is no load called ${name}`)
  const draw = draws(shape.seed)
  const watts: Array<number> = []
  eachStep(stepsPerHour, ({ hour, month, weekday }) => {
    const hours = weekday < 5 ? shape.weekday : shape.weekend
    const mean = Math.floor((shape.watts * hours[hour]! * shape.months[month]!) / 10_000)
    watts.push(Math.max(shape.least, mean - shape.noise + (draw() % (2 * shape.noise + 1))))
  })
  return watts
}

/** Watts generated in each step of the year; the sky is drawn once a day. */
export const solarWatts = (name: string, stepsPerHour: number): ReadonlyArray<number> => {
  const plant = solar[name]
  if (plant === undefined) throw new Error(`there is no solar plant called ${name}`)
  const draw = draws(plant.seed)
  const watts: Array<number> = []
  let today = -1
  let sky = 0
  eachStep(stepsPerHour, ({ day, hour, month }) => {
    if (day !== today) sky = 25 + (draw() % 76)
    today = day
    const width = halfDay[month]! ** 2
    const height = width - (2 * hour - 24) ** 2
    watts.push(
      height > 0 ? Math.floor((plant.peak * clearNoon[month]! * sky * height) / (width * 10_000)) : 0
    )
  })
  return watts
}

const priceHours = [
  62, 58, 55, 54, 56, 64, 88, 112, 108, 84, 66, 52, 44, 40, 42, 56, 88, 134, 168, 172, 146, 112, 88, 72
]
const priceMonths = [20, 14, 4, -18, -30, -22, -10, -6, 2, 10, 18, 24]

/** Market prices of each hour in 1/10,000 per kWh; strong wind and weekends lower them, some below zero. */
export const marketPrices = (seed: number): ReadonlyArray<number> => {
  const draw = draws(seed)
  const prices: Array<number> = []
  let today = -1
  let wind = 0
  eachStep(1, ({ day, hour, month, weekday }) => {
    if (day !== today) wind = draw() % 100
    today = day
    const usual = 10 * (priceHours[hour]! + priceMonths[month]!) + (draw() % 201) - 100
    prices.push(usual - (wind > 70 ? 12 * (wind - 70) : 0) - (weekday >= 5 ? 120 : 0))
  })
  return prices
}
