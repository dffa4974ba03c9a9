/** Where the sun stands, and what a clear sky lets through: low-precision almanac formulas, good to 0.05°. */

const radians = Math.PI / 180
const j2000 = Date.UTC(2000, 0, 1, 12)

/** Elevation above the horizon and azimuth clockwise from north, both in radians. */
export interface SunPosition {
  readonly elevation: number
  readonly azimuth: number
}

/** The sun's position at an instant seen from a place given in degrees. */
export const position = (at: number, latitude: number, longitude: number): SunPosition => {
  const days = (at - j2000) / 86_400_000
  const meanLongitude = 280.46 + 0.9856474 * days
  const anomaly = (357.528 + 0.9856003 * days) * radians
  const ecliptic = (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * radians
  const obliquity = (23.439 - 4e-7 * days) * radians
  const ascension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic))
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic))
  const hourAngle = (280.46062 + 360.98564737 * days + longitude) * radians - ascension
  const phi = latitude * radians
  const elevation = Math.asin(
    Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hourAngle)
  )
  const fromSouth = Math.atan2(
    Math.sin(hourAngle),
    Math.cos(hourAngle) * Math.sin(phi) - Math.tan(declination) * Math.cos(phi)
  )
  return { elevation, azimuth: fromSouth + Math.PI }
}

/** Power of the direct beam through a cloudless sky, in W/m² on a plane that faces the sun. */
export const clearBeam = (elevation: number): number => {
  if (elevation <= 0) return 0
  const degrees = elevation / radians
  const airMass = 1 / (Math.sin(elevation) + 0.50572 * Math.pow(degrees + 6.07995, -1.6364))
  return 1361 * Math.pow(0.7, Math.pow(airMass, 0.678))
}

/** W/m² on a tilted plane, from the beam that the clouds leave and the light that they scatter. */
export const onPlane = (
  sun: SunPosition,
  tiltDegrees: number,
  azimuthDegrees: number,
  beamShare: number,
  cover: number
): number => {
  const tilt = tiltDegrees * radians
  const beam = clearBeam(sun.elevation)
  const incidence =
    Math.sin(sun.elevation) * Math.cos(tilt) +
    Math.cos(sun.elevation) * Math.sin(tilt) * Math.cos(sun.azimuth - azimuthDegrees * radians)
  const level = beam * Math.sin(sun.elevation)
  const scattered = level * (0.11 + 0.3 * cover * (1 - 0.75 * cover * cover))
  return beam * Math.max(0, incidence) * beamShare + (scattered * (1 + Math.cos(tilt))) / 2
}
