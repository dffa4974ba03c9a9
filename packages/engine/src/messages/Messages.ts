import {
  type Binding,
  type BindingKey,
  BindingStore,
  type DeadLetter,
  DeadLetterStore,
  type DeviceId,
  DeviceStatusStore,
  DeviceStore,
  type FormatId,
  type Message,
  type NotFound,
  type Principal,
  ReadingBus,
  type StorageError
} from "@wattkit/core"
import type { Request } from "@wattkit/formats"
import { Context, Effect, Layer } from "effect"
import { makeAccess } from "../access/Access.ts"
import { makeVisible } from "../access/visible.ts"
import type { Busy } from "../Busy.ts"
import type { Forbidden } from "../Forbidden.ts"
import { Ingest } from "../Ingest.ts"
import type { Invalid } from "../Invalid.ts"
import { Arrivals } from "./Arrivals.ts"
import { makeAutoBind } from "./bindings/autoBind.ts"
import { type BindingDraft, type HeardBound, makeBindings, makeMayTake } from "./bindings/bindings.ts"
import { BoundSubjects } from "./bindings/BoundSubjects.ts"
import { Formats } from "./Formats.ts"
import { Heard } from "./Heard.ts"
import type { LetterChoice, LetterFilter } from "./letters/LetterChoice.ts"
import { letterBounds, Letters } from "./letters/Letters.ts"
import { makeMailbox } from "./letters/mailbox.ts"
import { Readers } from "./Readers.ts"
import type { Receipt } from "./Receipt.ts"
import { makeReceive } from "./receive.ts"
import type { Taken } from "./native/outcomes.ts"
import { makeReceiveNative } from "./native/receiveNative.ts"
import { makeKeep } from "./keep.ts"
import { makeBindingsOf } from "./bindings/bindingsOf.ts"
import { makeReplay, type Replayed } from "./letters/replay.ts"
import { makeStatuses } from "./statuses.ts"
import { makeStoreRows } from "./storeRows.ts"
import { makeUnderstand } from "./understand.ts"

type Failure = Forbidden | StorageError

/**
 * The way in for messages as devices really send them: reads them in the format of their topic, finds the
 * devices they speak for, and hands the readings to `Ingest`.
 *
 * When `receive` succeeds, nothing of the message is lost and it can be acknowledged; when it fails, it must
 * not be.
 */
export class Messages extends Context.Service<
  Messages,
  {
    /** Takes a message; in one format only when it is given, else in the one that reads the topic. */
    readonly receive: (
      principal: Principal,
      message: Message,
      options?: { readonly format?: FormatId | undefined }
    ) => Effect.Effect<Receipt, Failure | NotFound | Busy>
    /**
     * The same for what leaves no question, without an effect around the waiting: `settle` is called once,
     * later. False when something has to be asked first; then nothing was done, and `receive` does it.
     */
    readonly receivePlain: (principal: Principal, message: Message, settle: (taken: Taken) => void) => boolean
    /** Dead letters by id, that is by when they came. */
    readonly letters: (
      principal: Principal,
      page: LetterFilter & {
        readonly after?: string | undefined
        readonly limit: number
        readonly waiting: boolean
      }
    ) => Effect.Effect<ReadonlyArray<DeadLetter>, Failure>
    /** Sends letters the same way again, as if they came when they did. */
    readonly replay: (
      principal: Principal,
      choice: LetterChoice
    ) => Effect.Effect<Replayed, Failure | NotFound | Busy>
    /** Gives letters up; they stay for a while, with who did it. */
    readonly drop: (
      principal: Principal,
      choice: LetterChoice
    ) => Effect.Effect<{ readonly dropped: number; readonly next: string | null }, Failure>
    /** What was heard since this process started, by format and subject, and what it is bound to. */
    readonly seen: (principal: Principal) => Effect.Effect<ReadonlyArray<HeardBound>, Failure>
    /** Binds a subject, in the place of what it was bound to. */
    readonly bind: (
      principal: Principal,
      draft: BindingDraft
    ) => Effect.Effect<Binding, Failure | NotFound | Invalid>
    /** Binds a subject to nothing any more; whether it was bound. */
    readonly unbind: (principal: Principal, key: BindingKey) => Effect.Effect<boolean, Failure>
    readonly bindings: (
      principal: Principal,
      page: {
        readonly after?: BindingKey | undefined
        readonly limit: number
        readonly deviceId?: DeviceId | undefined
      }
    ) => Effect.Effect<ReadonlyArray<Binding>, Failure | NotFound>
    /** What has to be published to the sender's devices for them to go on. */
    readonly requests: (
      sender: Pick<Principal, "tenantId" | "deviceId">
    ) => Effect.Effect<ReadonlyArray<Request>>
    /** Topics that the sender's messages told of, such as Home Assistant's announcements, and are read. */
    readonly learned: (
      sender: Pick<Principal, "tenantId" | "deviceId">
    ) => Effect.Effect<ReadonlyArray<string>>
  }
>()("@wattkit/engine/Messages") {
  static readonly layer = Layer.suspend(() => Layer.effect(Messages, make))
}

const make = Effect.gen(function* () {
  const ingest = yield* Ingest
  const bindingStore = yield* BindingStore
  const letterStore = yield* DeadLetterStore
  const formats = yield* Formats
  const access = yield* makeAccess
  const visible = yield* makeVisible
  const statuses = makeStatuses(yield* DeviceStatusStore, yield* DeviceStore, yield* ReadingBus)
  const run = Effect.runCallbackWith(yield* Effect.context<never>())
  const readers = new Readers(formats)
  const heard = new Heard()
  const bound = new BoundSubjects(bindingStore)
  const letters = new Letters(letterStore, yield* letterBounds)
  const keep = makeKeep(letters)
  const understand = makeUnderstand(makeBindingsOf(bound, makeAutoBind(bindingStore, bound), access))
  const storeRows = makeStoreRows(ingest)
  const ways = makeReceive({
    access,
    native: makeReceiveNative(ingest, access, statuses, keep, run),
    understand,
    storeRows,
    statuses,
    keep,
    readers,
    arrivals: new Arrivals(),
    heard
  })
  return Messages.of({
    ...ways,
    ...makeMailbox(letterStore, letters, visible, makeReplay({ readers, understand, storeRows })),
    ...makeBindings({
      access,
      visible,
      mayTake: yield* makeMayTake,
      formats,
      store: bindingStore,
      bound,
      heard
    }),
    requests: (sender) => Effect.sync(() => readers.of(sender).requests()),
    learned: (sender) => Effect.sync(() => readers.of(sender).learned())
  })
})
