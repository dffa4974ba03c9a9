import { WattkitError } from "../WattkitError.ts"

/** Names a failure of the storage as one. */
export const stored = async <T>(work: T | Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (cause) {
    throw new WattkitError({ code: "STORAGE", message: "The storage of the queue failed", cause })
  }
}
