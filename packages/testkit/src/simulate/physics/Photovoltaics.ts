import * as Sun from "./Sun.ts"
import type { Weather } from "./Weather.ts"

/** Panels on one roof face and their inverter. */
export interface Photovoltaics {
  readonly peakW: number
  readonly inverterW: number
  readonly tiltDegrees: number
  /** Clockwise from north: 180 faces south. */
  readonly azimuthDegrees: number
}

/** A usual roof, facing the equator. */
export const usual = (latitude: number): Photovoltaics => ({
  peakW: 8_000,
  inverterW: 7_000,
  tiltDegrees: 35,
  azimuthDegrees: latitude < 0 ? 0 : 180
})

/** Whole watts that leave the inverter; exactly zero while the sun is below the horizon. */
export const generate = (roof: Photovoltaics, sun: Sun.SunPosition, weather: Weather): number => {
  const light = Sun.onPlane(sun, roof.tiltDegrees, roof.azimuthDegrees, weather.beamShare, weather.cover)
  const cellC = weather.outdoorC + 0.03 * light
  const direct = ((roof.peakW * light) / 1000) * (1 - 0.0035 * (cellC - 25)) * 0.95
  const alternating = direct * 0.97 - roof.inverterW * 0.003
  return Math.max(0, Math.min(roof.inverterW, Math.round(alternating)))
}
