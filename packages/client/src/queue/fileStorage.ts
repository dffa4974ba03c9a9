import type { QueueStorage } from "./QueueStorage.ts"

/** As much of `node:fs/promises` as a storage needs; Deno and Bun have it too. */
export interface Files {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>
  readFile(path: string, encoding: "utf8"): Promise<string>
  writeFile(path: string, text: string, options: { flush: true }): Promise<unknown>
  rename(from: string, to: string): Promise<unknown>
  rm(path: string, options: { force: true }): Promise<unknown>
  readdir(path: string): Promise<ReadonlyArray<string>>
}

/** What is half written ends like this, which no encoded key does. */
const unfinished = ".part"

/**
 * Keeps readings in a folder, one file for each key, on the disk before `set` resolves. Programs that share
 * the folder need `locks: null`, for the locks of their platform do not reach from one to the other.
 */
export const fileStorage = (files: Files, folder: string): QueueStorage => {
  let made: Promise<unknown> | undefined
  let count = 0
  const make = (): Promise<unknown> => {
    made ??= files.mkdir(folder, { recursive: true })
    // What cannot be made now may be possible later.
    made.catch(() => (made = undefined))
    return made
  }
  const pathOf = (key: string): string => `${folder}/${encodeURIComponent(key).replaceAll(".", "%2E")}`
  return {
    get: async (key) => {
      try {
        return await files.readFile(pathOf(key), "utf8")
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === "ENOENT") return undefined
        throw error
      }
    },
    set: async (key, value) => {
      await make()
      // Two may write the same key at a time, in one program or in several.
      const part = `${pathOf(key)}-${count++}-${Math.random().toString(36).slice(2)}${unfinished}`
      await files.writeFile(part, value, { flush: true })
      await files.rename(part, pathOf(key))
    },
    delete: (key) => files.rm(pathOf(key), { force: true }),
    keys: async () => {
      await make()
      const names = await files.readdir(folder)
      return names.filter((name) => !name.endsWith(unfinished)).map(decodeURIComponent)
    }
  }
}
