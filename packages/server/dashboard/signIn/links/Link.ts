const kinds = ["verify-email", "reset-password", "accept-invitation", "forgot-password"] as const

/** What a message of the server leads to. */
export interface Link {
  readonly kind: (typeof kinds)[number]
  /** Works once; empty in a link that has none. */
  readonly secret: string
}

/** Whether the address has something that has to leave it. */
export const isInAddress = (): boolean => {
  const fragment = new URLSearchParams(location.hash.slice(1))
  return ["key", ...kinds].some((name) => fragment.has(name))
}

/**
 * Takes a value out of the address and forgets the address at once: a fragment never reaches a server, but
 * it would stay in the history and in every copied link.
 */
export const takeFromAddress = (name: string): string | undefined => {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const value = fragment.get(name)?.trim()
  if (value === undefined) return undefined
  fragment.delete(name)
  const rest = fragment.size === 0 ? "" : `#${fragment}`
  history.replaceState(history.state, "", location.pathname + location.search + rest)
  return value
}

/** The link this page was opened with. */
export const find = (): Link | undefined => {
  for (const kind of kinds) {
    const secret = takeFromAddress(kind)
    if (secret !== undefined) return { kind, secret }
  }
  return undefined
}
