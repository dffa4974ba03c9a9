import { ApiKeyId, type ChannelName, DeadLetterStore, Instant, Memory, ReadingStore } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { meter, now, over, principal, tenantId } from "../house.fixture.ts"
import { formats, messageOf, type Plain } from "./formats.fixture.ts"
import { Formats } from "./Formats.ts"
import { Messages } from "./Messages.ts"

export const withFormats = Layer.provide(Layer.succeed(Formats, formats))
export const layer = over(Memory.layer).pipe(withFormats)

export const at = (seconds: number) => Instant.plus(now, seconds * 1000)
export const text = (seconds: number) => Instant.format(at(seconds))
export const device = principal({
  deviceId: meter,
  scopes: ["ingest", "read"],
  by: { kind: "key", id: ApiKeyId.make("k2"), userId: null }
})

export const send = (topic: string, body: unknown, as = principal(), receivedAt = now) =>
  Messages.use((messages) => messages.receive(as, messageOf(topic, body, receivedAt)))

export const say = (subject: string, ...says: NonNullable<Plain["says"]>) =>
  send(`plain/${subject}`, { says })

export const bind = (subject: string, deviceId = meter, over: object = {}) =>
  Messages.use((messages) => messages.bind(principal(), { format: "plain", subject, deviceId, ...over }))

export const stored = (deviceId = meter, channel = "main", of = tenantId) =>
  ReadingStore.use((store) =>
    store.page(of, {
      deviceId,
      channel: channel as ChannelName,
      within: { start: at(-1e6), end: at(1e6) },
      limit: 1000
    })
  )

export const letters = (of = tenantId, waiting = true) =>
  DeadLetterStore.use((store) => store.list(of, { limit: 1000, waiting }))

export const failure = <E extends { readonly _tag: string }, R>(effect: Effect.Effect<unknown, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => error._tag)

export const replayAll = Messages.use((messages) => messages.replay(principal(), {}))
