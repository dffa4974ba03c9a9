/** A number and its unit, apart, so that they can be set in different sizes. */
export interface Quantity {
  readonly value: string
  readonly unit: string
}

const formats = new Map<string, Intl.NumberFormat>()

const number = (locale: string | undefined, value: number, digits: number): string => {
  const key = `${locale} ${digits}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
    formats.set(key, format)
  }
  // A value that rounds to nothing has no sign, and the minus is one as wide as a digit.
  const rounded = Number(value.toFixed(digits)) + 0
  return format.format(rounded).replace("-", "−")
}

const prefixes = [
  { unit: "", size: 1 },
  { unit: "k", size: 1e3 },
  { unit: "M", size: 1e6 },
  { unit: "G", size: 1e9 }
] as const

/**
 * Three figures are what one can read at a glance: 4.2 W, 87 W, 940 W, 1.25 kW, 12.5 kW, 125 kW.
 *
 * The unit is chosen after rounding, so that 999.7 W is 1.00 kW and never 1000 W.
 */
const threeFigures = (value: number, unit: string, locale: string | undefined): Quantity => {
  const size = Math.abs(value)
  const last = prefixes.at(-1)!
  const prefix = prefixes.find((one) => Math.round(size / one.size) < 1000) ?? last
  const scaled = value / prefix.size
  const figures = Math.abs(scaled)
  const kilo = figures < 9.995 ? 2 : figures < 99.95 ? 1 : 0
  const digits = prefix.size > 1 ? kilo : figures > 0 && figures < 9.95 ? 1 : 0
  return { value: number(locale, scaled, digits), unit: prefix.unit + unit }
}

/** Power in W, kW or MW with three figures. */
export const formatPower = (watts: number, locale?: string): Quantity => threeFigures(watts, "W", locale)

/** Energy in Wh, kWh or MWh with three figures. */
export const formatEnergy = (wattHours: number, locale?: string): Quantity =>
  threeFigures(wattHours, "Wh", locale)

/** The label of an axis; all labels of one axis share the unit that its largest value needs. */
export const formatTick = (watts: number, largest: number, locale?: string): Quantity => {
  const prefix = prefixes.findLast((one) => largest >= one.size) ?? prefixes[0]
  const value = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(watts / prefix.size)
  return { value: value.replace("-", "−"), unit: `${prefix.unit}W` }
}

/** A share, 0 to 1, in whole percent; what is there but rounds to nothing says so. */
export const formatShare = (share: number, locale?: string): string => {
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 })
  return share > 0 && share < 0.005 ? `<\u2009${percent.format(0.01)}` : percent.format(share)
}

/** Number and unit in one text that does not break between the two. */
export const inline = ({ unit, value }: Quantity): string => `${value}\u00a0${unit}`
