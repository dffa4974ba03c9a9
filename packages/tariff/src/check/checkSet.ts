import type { Tariff } from "../model/Tariff.ts"
import type { TouMatrix, TouRules, TouSet } from "../model/TouSet.ts"
import { checkRule } from "./checkFields.ts"

type Add = (path: string, message: string) => void

const checkMatrix = (path: string, set: TouMatrix, add: Add): void => {
  for (const name of ["weekday", "weekend", "saturday", "sunday", "holiday"] as const) {
    const matrix = set[name]
    if (matrix === undefined) continue
    if (matrix.length !== 12 || matrix.some((row) => row.length !== 24)) {
      add(`${path}.${name}`, "must have twelve months of twenty-four hours")
    }
    const unknown = matrix
      .flat()
      .find((index) => !(Number.isInteger(index) && set.periods[index] !== undefined))
    if (unknown !== undefined) {
      add(
        `${path}.${name}`,
        `refers to period number ${unknown}, but there are ${set.periods.length} counted from 0`
      )
    }
  }
}

const checkRules = (path: string, set: TouRules, add: Add): void => {
  const ids = set.periods.map((period) => period.id)
  if (!ids.includes(set.default))
    add(`${path}.default`, `the period "${set.default}" is not one of ${ids.join(", ")}`)
  set.rules.forEach((rule, at) => {
    const where = `${path}.rules[${at}]`
    checkRule(where, rule, add)
    if (!ids.includes(rule.period))
      add(`${where}.period`, `the period "${rule.period}" is not one of ${ids.join(", ")}`)
    if (rule.from !== undefined && rule.from === rule.to) {
      add(where, `begins and ends at ${rule.from}; leave both out for the whole day`)
    }
    const usesHolidays = rule.days?.some((day) => day === "holiday" || day === "workday") === true
    if (usesHolidays && set.calendar === undefined) {
      add(where, "speaks of holidays, but the set names no calendar of holidays")
    }
  })
}

/** Checks the periods of a set. */
export const checkSet = (tariff: Tariff, id: string, set: TouSet, add: Add): void => {
  const path = `touSets.${id}`
  if (set.periods.length === 0 || set.periods.length > 250)
    add(`${path}.periods`, "a set needs 1 to 250 periods")
  const ids = set.periods.map((period) => period.id)
  if (new Set(ids).size !== ids.length) add(`${path}.periods`, "two periods have the same name")
  if (set.calendar !== undefined && tariff.calendars?.[set.calendar] === undefined) {
    add(`${path}.calendar`, `the calendar "${set.calendar}" is not in the tariff`)
  }
  if ("kind" in set) checkMatrix(path, set, add)
  else checkRules(path, set, add)
}
