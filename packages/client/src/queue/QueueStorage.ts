type Awaitable<T> = T | Promise<T>

/**
 * Where a queue keeps its readings: texts by keys, at once or by promise. A `Map` is one that lasts as long
 * as the program.
 */
export interface QueueStorage {
  get(key: string): Awaitable<string | null | undefined>
  /** What was set is there after a crash once this is done, as far as the storage can promise it. */
  set(key: string, value: string): Awaitable<unknown>
  delete(key: string): Awaitable<unknown>
  /** All keys, also those of others. */
  keys(): Awaitable<Iterable<string>>
}

/** What Web Storage and React Native's `AsyncStorage` have in common, and how each tells its keys. */
export type Items = {
  getItem(key: string): Awaitable<string | null>
  setItem(key: string, value: string): Awaitable<unknown>
  removeItem(key: string): Awaitable<unknown>
} & (
  | { readonly length: number; key(index: number): string | null }
  | { getAllKeys(): Awaitable<ReadonlyArray<string>> }
)

/** Keeps readings in `localStorage`, in React Native's `AsyncStorage`, or in what looks like one of them. */
export const itemStorage = (items: Items): QueueStorage => ({
  get: (key) => items.getItem(key),
  set: (key, value) => items.setItem(key, value),
  delete: (key) => items.removeItem(key),
  keys: () =>
    "getAllKeys" in items
      ? items.getAllKeys()
      : Array.from({ length: items.length }, (_, index) => items.key(index) ?? "")
})
