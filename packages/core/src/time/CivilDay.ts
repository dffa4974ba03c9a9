/**
 * Integer arithmetic between a day of the proleptic Gregorian calendar and its number, 1970-01-01 being 0.
 *
 * Years are counted from 1 March, so the leap day is the last day of a year and needs no special case.
 */

/** Milliseconds of a day without an offset change. */
export const DAY = 86_400_000

/** Year, month 1–12 and day 1–31. */
export interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
}

const DAYS_BEFORE_1970 = 719_468
const DAYS_OF_400_YEARS = 146_097

/** The day number of a year, month and day that exist. */
export const fromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const monthFromMarch = month <= 2 ? month + 9 : month - 3
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return y * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - DAYS_BEFORE_1970
}

/** The year, month and day of a day number. */
export const toCivil = (epochDay: number): Civil => {
  const shifted = epochDay + DAYS_BEFORE_1970
  const era = Math.floor(shifted / DAYS_OF_400_YEARS)
  const ofEra = shifted - era * DAYS_OF_400_YEARS
  const leapDays = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096)
  const yearOfEra = Math.floor((ofEra - leapDays) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day }
}

/** Whether the year has a 29 February. */
export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** The number of days of a month 1–12. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? isLeapYear(year)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31

/** The ISO weekday of a day number, Monday 1 to Sunday 7. */
export const weekday = (epochDay: number): number => ((((epochDay + 3) % 7) + 7) % 7) + 1
