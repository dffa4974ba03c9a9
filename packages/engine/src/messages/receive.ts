import type { FormatId, Message, Principal } from "@wattkit/core"
import { Effect } from "effect"
import type { Access } from "../access/Access.ts"
import { requireScope } from "../authorise.ts"
import type { Arrivals } from "./Arrivals.ts"
import type { Heard } from "./Heard.ts"
import { type Keep, speaksForAll } from "./keep.ts"
import { nativeTopicOf } from "./native/native.ts"
import type { Taken, Taking } from "./native/outcomes.ts"
import type { makeReceiveNative } from "./native/receiveNative.ts"
import type { Readers } from "./Readers.ts"
import type { Statuses } from "./statuses.ts"
import type { makeStoreRows } from "./storeRows.ts"
import type { makeUnderstand } from "./understand.ts"

interface Parts {
  readonly access: Access
  readonly native: ReturnType<typeof makeReceiveNative>
  readonly understand: ReturnType<typeof makeUnderstand>
  readonly storeRows: ReturnType<typeof makeStoreRows>
  readonly statuses: Statuses
  readonly keep: Keep
  readonly readers: Readers
  readonly arrivals: Arrivals
  readonly heard: Heard
}

/** Makes the ways in for messages. */
export const makeReceive = (parts: Parts) => {
  const { access, arrivals, heard, keep, native, readers, statuses, storeRows, understand } = parts

  const receiveForeign = Effect.fnUntraced(function* (
    principal: Principal,
    message: Message,
    format: FormatId | undefined
  ) {
    yield* requireScope(principal, "ingest")
    const listening = { principal, readers: readers.of(principal), arrivals, heard, format }
    const understood = yield* understand(listening, message)
    const { faults, rows } = understood
    const stored = yield* storeRows(principal, rows, { toTell: !speaksForAll(principal) })
    for (const { deviceId, isOnline } of understood.statuses) {
      yield* access.reachDevice(principal, deviceId).pipe(
        Effect.andThen(statuses(principal.tenantId, deviceId, message.receivedAt, isOnline)),
        // Its binding is about to follow it, or it is not this sender's to say.
        Effect.catchTag("NotFound", () => Effect.void)
      )
    }
    // The places of rows are of no use to whoever sent the message.
    const rejected = stored.rejected.map((one) => ({ ...one, index: rows[one.index]?.index ?? one.index }))
    const all = [...faults, ...stored.faults.map(({ fault }) => fault)]
    return yield* keep(principal, message, all, { ...stored, rejected })
  })

  const receive = (
    principal: Principal,
    message: Message,
    options?: { readonly format?: FormatId | undefined }
  ): Taking => {
    const topic = options?.format === undefined ? nativeTopicOf(message.topic) : undefined
    return topic === undefined
      ? receiveForeign(principal, message, options?.format)
      : native.receive(principal, topic, message)
  }

  const receivePlain = (principal: Principal, message: Message, settle: (taken: Taken) => void): boolean => {
    const topic = nativeTopicOf(message.topic)
    return topic !== undefined && native.receivePlain(principal, topic, message, settle)
  }

  return { receive, receivePlain }
}
