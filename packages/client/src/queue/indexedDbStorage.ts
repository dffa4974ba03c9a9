import type { QueueStorage } from "./QueueStorage.ts"

const table = "entries"

/**
 * Keeps readings in IndexedDB, which has room for more than Web Storage and works in workers. What was added
 * outlives the page and the browser; a power failure may take the last second with it.
 */
export const indexedDbStorage = (name = "wattkit-queue"): QueueStorage => {
  let opened: Promise<IDBDatabase> | undefined
  const database = (): Promise<IDBDatabase> => {
    opened ??= openDatabase(name, () => (opened = undefined))
    // A browser that refuses now, such as one without space, may not do so later.
    opened.catch(() => (opened = undefined))
    return opened
  }
  const run = async <T>(
    mode: IDBTransactionMode,
    ask: (entries: IDBObjectStore) => IDBRequest<T>
  ): Promise<T> => {
    const transaction = (await database()).transaction(table, mode)
    return new Promise((resolve, reject) => {
      const request = ask(transaction.objectStore(table))
      // A request that succeeded is not kept before its transaction is complete.
      transaction.addEventListener("complete", () => resolve(request.result))
      transaction.addEventListener("abort", () =>
        reject(transaction.error ?? new Error("The transaction was aborted"))
      )
    })
  }
  return {
    get: async (key) => (await run<unknown>("readonly", (entries) => entries.get(key))) as string | undefined,
    set: (key, value) => run("readwrite", (entries) => entries.put(value, key)),
    delete: (key) => run("readwrite", (entries) => entries.delete(key)),
    keys: async () => (await run("readonly", (entries) => entries.getAllKeys())).map(String)
  }
}

const openDatabase = (name: string, onClose: () => void): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(table))
    request.addEventListener("error", () =>
      reject(request.error ?? new Error("The database cannot be opened"))
    )
    request.addEventListener("success", () => {
      const database = request.result
      database.addEventListener("close", onClose)
      // Another page wants to change or delete the database and waits for this one.
      database.addEventListener("versionchange", () => {
        database.close()
        onClose()
      })
      resolve(database)
    })
  })
