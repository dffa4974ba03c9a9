import { Queue, type QueueClient, type QueueOptions } from "./queue/Queue.ts"

export type { QueuedCall, QueuedEndpoint, QueuedParams } from "./queue/calls.ts"
export { type Files, fileStorage } from "./queue/fileStorage.ts"
export { indexedDbStorage } from "./queue/indexedDbStorage.ts"
export type { QueueLocks } from "./queue/lock.ts"
export type { Queue, QueueClient, QueueOptions, QueueState } from "./queue/Queue.ts"
export { type Items, itemStorage, type QueueStorage } from "./queue/QueueStorage.ts"
export type { Refused } from "./queue/submit.ts"

/**
 * Keeps readings, and calls that write, until the server has stored them. It begins to send what a queue of
 * the same name left in the storage at once; of all queues of a name, in all pages, one sends at a time.
 */
export const createQueue = (client: QueueClient, options: QueueOptions): Queue => new Queue(client, options)
