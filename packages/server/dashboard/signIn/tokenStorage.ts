import { indexedDbStorage } from "@wattkit/client/queue"
import type { TokenStorage } from "@wattkit/client/session"

/**
 * Where the tokens of a person are kept: IndexedDB, which all tabs see at once, so that two of them never
 * turn in the same refresh token; or this page alone where the browser refuses, as some do in private.
 */
export const tokenStorage = (name: string): TokenStorage => {
  const shared = indexedDbStorage(name)
  const page = new Map<string, string>()
  let isRefused = false
  const first = async <T>(ask: (storage: TokenStorage) => T | Promise<T>): Promise<T> => {
    if (isRefused) return ask(page)
    try {
      return await ask(shared)
    } catch {
      isRefused = true
      return ask(page)
    }
  }
  return {
    get: (key) => first((storage) => storage.get(key)),
    set: (key, value) => first((storage) => storage.set(key, value)),
    delete: (key) => first((storage) => storage.delete(key))
  }
}
