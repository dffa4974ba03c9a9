import * as Chance from "../Chance.ts"

/** The sky and the air at one instant. */
export interface Weather {
  /** 0 is a clear sky, 1 is overcast. */
  readonly cover: number
  /** Share of the direct beam that reaches the ground. */
  readonly beamShare: number
  readonly outdoorC: number
}

const front = Chance.salt("weather front")
const cloud = Chance.salt("weather cloud")
const patch = Chance.salt("weather patch")
const edge = Chance.salt("weather edge")
const airMass = Chance.salt("weather air mass")
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const yearMs = 365.2425 * dayMs
const coldest = Date.UTC(2000, 0, 21)

const clamp = (value: number): number => Math.min(1, Math.max(0, value))

/** The cosine of the season: +1 in the coldest days, −1 in the warmest, weaker towards the equator. */
const winter = (at: number, latitude: number): number =>
  Math.cos((2 * Math.PI * (at - coldest)) / yearMs) * (latitude < 0 ? -1 : 1)

/**
 * The weather of a place at an instant: fronts last days, clouds hours, and gaps between clouds minutes, so
 * that neighbouring instants are alike and the same seed has the same weather whatever is asked first.
 */
export const at = (seed: number, latitude: number, longitude: number, instant: number): Weather => {
  const cold = winter(instant, latitude)
  const breadth = Math.abs(latitude)
  const raw =
    0.5 * Chance.smooth(seed, front, instant / (31 * hourMs)) +
    0.33 * Chance.smooth(seed, cloud, instant / (4.3 * hourMs)) +
    0.17 * Chance.smooth(seed, patch, instant / (0.3 * hourMs))
  const cover = clamp((raw - 0.5) * 2.6 + 0.5 + 0.15 * cold * Math.min(1, breadth / 50))
  const flicker = Chance.smooth(seed, edge, instant / 45_000)
  const beamShare = clamp(1 - cover * (0.75 + 0.5 * flicker))
  const solarHour = (instant / hourMs + longitude / 15) % 24
  const daily = Math.cos((2 * Math.PI * (solarHour - 15)) / 24) * (5 - 3 * cover)
  const drift = (Chance.smooth(seed, airMass, instant / (3.7 * dayMs)) - 0.5) * (4 + breadth / 6)
  const outdoorC = 27 - 0.33 * breadth - 0.19 * breadth * cold + daily + drift
  return { cover, beamShare, outdoorC }
}
