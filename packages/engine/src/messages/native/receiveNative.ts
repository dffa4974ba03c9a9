import {
  type DeviceId,
  type Message,
  type NotFound,
  type Principal,
  type StorageError,
  Submission
} from "@wattkit/core"
import { Effect } from "effect"
import { requireDevice, requireScope } from "../../authorise.ts"
import type { Busy } from "../../Busy.ts"
import type { Forbidden } from "../../Forbidden.ts"
import type { Ingest, IngestResult } from "../../Ingest.ts"
import { type Keep, keepForMissing, nativeFault, noReadings } from "../keep.ts"
import type { Receipt } from "../Receipt.ts"
import type { Statuses } from "../statuses.ts"
import { isOnlineIn, jsonOf, type NativeTopic } from "./native.ts"

type Taken = Effect.Effect<Receipt, Forbidden | NotFound | StorageError | Busy>

const nothing: Receipt = { ...noReadings, kept: 0 }

/** Makes the way in for messages in our own form. */
export const makeReceiveNative = (ingest: Ingest["Service"], statuses: Statuses, keep: Keep) => {
  const mayReach = (principal: Principal, deviceId: DeviceId) =>
    Effect.andThen(requireScope(principal, "ingest"), requireDevice(principal, deviceId))

  const keepRejected = (principal: Principal, message: Message, result: IngestResult): Taken => {
    const lost = result.rejected.find(({ reason }) => reason === "malformed" || reason === "too_old")
    const detail = `reading ${lost?.index}: ${lost?.field} ${lost?.message}`
    const faults = lost === undefined ? [] : nativeFault(message, "rejected", detail)
    return keep(principal, message, faults, result)
  }

  const keepMalformed = (principal: Principal, deviceId: DeviceId, message: Message, why: string): Taken =>
    Effect.andThen(
      mayReach(principal, deviceId),
      keep(principal, message, nativeFault(message, "malformed", `the payload ${why}`), noReadings)
    )

  // What most messages of most devices take: no generator, no lookup but those of Ingest.
  const receiveReadings = (principal: Principal, deviceId: DeviceId, message: Message): Taken =>
    Effect.suspend(() => {
      const json = jsonOf(message)
      if ("why" in json) return keepMalformed(principal, deviceId, message, json.why)
      const stored = ingest.ingest(principal, deviceId, Submission.decode(json.body))
      return Effect.matchEffect(stored, {
        onSuccess: (result): Taken =>
          result.rejected.length === 0
            ? Effect.succeed({ ...result, kept: 0 })
            : keepRejected(principal, message, result),
        onFailure: (error): Taken =>
          error._tag === "NotFound" ? keepForMissing(keep, principal, message)(error) : Effect.fail(error)
      })
    })

  const receiveStatus = (principal: Principal, deviceId: DeviceId, message: Message): Taken => {
    const isOnline = isOnlineIn(message)
    if (isOnline === undefined) {
      return keepMalformed(principal, deviceId, message, "is neither online nor offline")
    }
    return mayReach(principal, deviceId).pipe(
      Effect.andThen(statuses(principal.tenantId, deviceId, message.receivedAt, isOnline)),
      Effect.as(nothing),
      Effect.catchTag("NotFound", keepForMissing(keep, principal, message))
    )
  }

  return (principal: Principal, { deviceId, says }: NativeTopic, message: Message): Taken =>
    says === "readings"
      ? receiveReadings(principal, deviceId, message)
      : receiveStatus(principal, deviceId, message)
}
