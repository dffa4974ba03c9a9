/** A number a case expects and the one that was computed. */
export interface Difference {
  readonly path: string
  readonly expected: number
  readonly actual: number
  readonly difference: number
}

const withoutZeros = (values: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  values.filter((value) => value !== 0)

/** Every number that is expected, beside the one computed; a missing one is NaN and so never passes. */
export const differences = (path: string, expected: unknown, actual: unknown): ReadonlyArray<Difference> => {
  if (typeof expected === "number") {
    const found = typeof actual === "number" ? actual : Number.NaN
    return [{ path, expected, actual: found, difference: Math.abs(found - expected) }]
  }
  if (Array.isArray(expected)) {
    const given = Array.isArray(actual) ? (actual as ReadonlyArray<unknown>) : []
    // Tiers of no width are left out of some cases.
    const same = given.length === expected.length
    const left = same ? (expected as ReadonlyArray<unknown>) : withoutZeros(expected)
    const right = same ? given : withoutZeros(given)
    return left.flatMap((value, at) => differences(`${path}[${at}]`, value, right[at]))
  }
  if (typeof expected === "object" && expected !== null) {
    const given = (actual ?? {}) as Readonly<Record<string, unknown>>
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(`${path}.${key}`, value, given[key])
    )
  }
  return []
}
