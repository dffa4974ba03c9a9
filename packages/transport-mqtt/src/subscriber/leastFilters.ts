/** Whether every topic of one filter is also one of another. */
const covers = (wide: string, narrow: string): boolean => {
  const wanted = wide.split("/")
  const levels = narrow.split("/")
  // Wildcards do not reach into what begins with `$`.
  if (/^[+#]/.test(wide) && narrow.startsWith("$")) return false
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === "#") return true
    const level = levels[i]
    if (level === undefined || level === "#" || (wanted[i] !== "+" && wanted[i] !== level)) return false
  }
  return wanted.length === levels.length
}

/**
 * The filters without those that others cover: a broker may send a message once for each filter that it
 * matches.
 */
export const leastFilters = (filters: ReadonlyArray<string>): ReadonlyArray<string> => {
  const distinct = [...new Set(filters)]
  return distinct.filter((one) => !distinct.some((other) => other !== one && covers(other, one)))
}
