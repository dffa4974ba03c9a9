import { takeFromAddress } from "./links/Link.ts"

const place = "wattkit.key"

/** The key of this tab: the one in the address, where `wattkit serve` puts it, or the one from before. */
export const find = (): string | undefined => {
  const fresh = takeFromAddress("key")
  if (fresh !== undefined && fresh !== "") keep(fresh)
  return sessionStorage.getItem(place) ?? undefined
}

/** Keeps a key until the tab is closed. */
export const keep = (key: string): void => sessionStorage.setItem(place, key)

/** Forgets the key. */
export const forget = (): void => sessionStorage.removeItem(place)
