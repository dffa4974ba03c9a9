const place = "wattkit.key"

/**
 * Takes the key out of the address, where `wattkit serve` puts it as `#key=…`, and forgets the address at
 * once: a fragment never reaches a server, but it would stay in the history and in every copied link.
 */
const fromAddress = (): string | undefined => {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const key = fragment.get("key")?.trim()
  if (key === undefined) return undefined
  fragment.delete("key")
  const rest = fragment.size === 0 ? "" : `#${fragment}`
  history.replaceState(history.state, "", location.pathname + location.search + rest)
  return key === "" ? undefined : key
}

/** The key of this tab: the one in the address, or the one it was signed in with before. */
export const find = (): string | undefined => {
  const fresh = fromAddress()
  if (fresh !== undefined) keep(fresh)
  return fresh ?? sessionStorage.getItem(place) ?? undefined
}

/** Keeps a key until the tab is closed. */
export const keep = (key: string): void => sessionStorage.setItem(place, key)

/** Forgets the key. */
export const forget = (): void => sessionStorage.removeItem(place)
