import type { CallOptions } from "../Answer.ts"
import type { DeviceReading, Rejection } from "../contract.gen.ts"
import { type Code, isWattkitError, type WattkitError } from "../WattkitError.ts"
import type { QueuedCall } from "./calls.ts"
import type { QueueClient } from "./Queue.ts"

/** A reading or a call the server does not take, and what is wrong with it. */
export interface Refused {
  /** A text where the storage did not give back what was added. */
  readonly reading?: DeviceReading | string
  readonly call?: QueuedCall
  readonly field: string
  /** Of a call: the code of its error. */
  readonly reason: Rejection["reason"] | Code
  readonly message: string
}

/**
 * Sends readings and gives back those the server does not take. A request that is refused as a whole is sent
 * again in halves, so that one reading nobody can read does not hold up the others.
 */
export const submit = async (
  client: QueueClient,
  readings: ReadonlyArray<DeviceReading>,
  options: CallOptions
): Promise<ReadonlyArray<Refused>> => {
  if (readings.length === 0) return []
  try {
    const { rejected } = await client.readings.ingestMany({ body: readings }, options)
    return rejected.flatMap(({ field, index, message, reason }) => {
      const reading = readings[index]
      return reading === undefined ? [] : [{ reading, field, reason, message }]
    })
  } catch (error) {
    if (!isAboutContent(error)) throw error
    if (readings.length === 1) {
      const [{ field, reason } = { field: "", reason: error.message }] = error.details
      return [{ reading: readings[0]!, field, reason: "malformed", message: reason }]
    }
    const half = readings.length >> 1
    return [
      ...(await submit(client, readings.slice(0, half), options)),
      ...(await submit(client, readings.slice(half), options))
    ]
  }
}

/** Whether the server itself said that these readings will never do; a proxy in between may say anything. */
const isAboutContent = (error: unknown): error is WattkitError =>
  isWattkitError(error, "VALIDATION_ERROR") ||
  isWattkitError(error, "PAYLOAD_TOO_LARGE") ||
  isWattkitError(error, "UNPROCESSABLE")
