/** Whether every topic of one filter is also one of another. */
const covers = (wide: ReadonlyArray<string>, narrow: ReadonlyArray<string>): boolean => {
  for (const [index, level] of wide.entries()) {
    if (level === "#") return true
    const other = narrow[index]
    if (other === undefined || other === "#") return false
    if (level !== "+" && level !== other) return false
  }
  return wide.length === narrow.length
}

/**
 * The filters without those that others hold already. A broker may deliver a message once for each filter
 * that holds it.
 */
export const fewestFilters = (filters: ReadonlyArray<string>): ReadonlyArray<string> => {
  const each = [...new Set(filters)].map((filter) => ({ filter, levels: filter.split("/") }))
  return each
    .filter(({ filter, levels }) => !each.some((one) => one.filter !== filter && covers(one.levels, levels)))
    .map(({ filter }) => filter)
}
