import { type DeviceId, type Message, type Principal, Submission } from "@wattkit/core"
import { Effect, Exit } from "effect"
import type { Access } from "../../access/Access.ts"
import { requireScope } from "../../authorise.ts"
import type { Ingest } from "../../Ingest.ts"
import { type Keep, keepForMissing, nativeFault, noReadings, speaksForAll } from "../keep.ts"
import type { Receipt } from "../Receipt.ts"
import type { Statuses } from "../statuses.ts"
import { isOnlineIn, jsonOf, type NativeTopic } from "./native.ts"
import { makeOutcomes, type Taken, type Taking } from "./outcomes.ts"

const nothing: Receipt = { ...noReadings, kept: 0 }

/** Makes the ways in for messages in our own form. */
export const makeReceiveNative = (
  { ingest, ingestPlain }: Ingest["Service"],
  { reachDevice }: Access,
  statuses: Statuses,
  keep: Keep,
  run: (rest: Taking, options: { readonly onExit: (taken: Taken) => void }) => unknown
) => {
  const outcome = makeOutcomes(keep)

  const reach = (principal: Principal, deviceId: DeviceId) =>
    Effect.andThen(requireScope(principal, "ingest"), reachDevice(principal, deviceId))

  const keepMalformed = (principal: Principal, deviceId: DeviceId, message: Message, why: string): Taking =>
    Effect.andThen(
      speaksForAll(principal) ? requireScope(principal, "ingest") : reach(principal, deviceId),
      keep(principal, message, nativeFault(message, "malformed", `the payload ${why}`), noReadings)
    )

  const receiveReadings = (principal: Principal, deviceId: DeviceId, message: Message): Taking =>
    Effect.suspend(() => {
      const json = jsonOf(message)
      if ("why" in json) return keepMalformed(principal, deviceId, message, json.why)
      return outcome(principal, message, ingest(principal, deviceId, Submission.decode(json.body)))
    })

  const receiveStatus = (principal: Principal, deviceId: DeviceId, message: Message): Taking => {
    const isOnline = isOnlineIn(message)
    if (isOnline === undefined) {
      return keepMalformed(principal, deviceId, message, "is neither online nor offline")
    }
    return reach(principal, deviceId).pipe(
      Effect.andThen(statuses(principal.tenantId, deviceId, message.receivedAt, isOnline)),
      Effect.as(nothing),
      Effect.catchTag("NotFound", keepForMissing(keep, principal, message))
    )
  }

  const receive = (principal: Principal, { deviceId, says }: NativeTopic, message: Message): Taking =>
    says === "readings"
      ? receiveReadings(principal, deviceId, message)
      : receiveStatus(principal, deviceId, message)

  // What most messages of most devices take.
  const receivePlain = (
    principal: Principal,
    { deviceId, says }: NativeTopic,
    message: Message,
    settle: (taken: Taken) => void
  ): boolean => {
    const json = says === "readings" ? jsonOf(message) : undefined
    if (json === undefined || "why" in json) return false
    return ingestPlain(principal, deviceId, Submission.decode(json.body), (settled) => {
      if (Exit.isFailure(settled) || settled.value.rejected.length > 0) {
        return run(outcome(principal, message, settled), { onExit: settle })
      }
      settle(Exit.succeed({ ...settled.value, kept: 0 }))
    })
  }

  return { receive, receivePlain }
}
