import type { DeviceId, DeviceReading, Principal, Submission } from "@wattkit/core"
import { Ingest } from "@wattkit/engine"
import { Effect } from "effect"

const byDevice = (readings: Iterable<DeviceReading>): ReadonlyMap<DeviceId, Submission.Submission> => {
  const found = new Map<DeviceId, { readings: Array<Submission.Submitted>; rejected: [] }>()
  for (const { deviceId, ...reading } of readings) {
    const submission = found.get(deviceId) ?? { readings: [], rejected: [] }
    submission.readings.push({ index: submission.readings.length, reading })
    found.set(deviceId, submission)
  }
  return found
}

/** Sends readings in as their devices would: the same way, each for itself. */
export const sendIn = Effect.fnUntraced(function* (principal: Principal, readings: Iterable<DeviceReading>) {
  const { ingest } = yield* Ingest
  yield* Effect.forEach(
    byDevice(readings),
    ([deviceId, submission]) => ingest(principal, deviceId, submission),
    { concurrency: 4, discard: true }
  )
})
