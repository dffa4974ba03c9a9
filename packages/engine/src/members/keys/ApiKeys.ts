import {
  type ApiKey,
  type ApiKeyId,
  type ApiKeyStore,
  type DeviceId,
  type DeviceStore,
  Instant,
  type LocationStore,
  type NotFound,
  type Page,
  type Principal,
  type StorageError,
  type UserId
} from "@wattkit/core"
import { Context, Effect, Layer } from "effect"
import type { Audit } from "../../audit/Audit.ts"
import { requireScope } from "../../authorise.ts"
import type { Credentials } from "../../credentials/Credentials.ts"
import type { Forbidden } from "../../Forbidden.ts"
import type { InUse } from "../../InUse.ts"
import type { Invalid } from "../../Invalid.ts"
import { type KeyDraft, makeCreateKey } from "./createKey.ts"
import { isShown, isUsable, personOf, requireKeeper } from "./keyRights.ts"
import { type KeyTools, type MadeKey, makeKeyTools, ofDevice, said } from "./keyTools.ts"
import { isAdministrator } from "../rights.ts"
import { makeRotateKey } from "./rotateKey.ts"

/** Which keys are asked for. */
export interface KeyQuery extends Page<ApiKeyId> {
  readonly userId?: UserId | undefined
  readonly deviceId?: DeviceId | undefined
  /** Also those that are over. */
  readonly isAll?: boolean | undefined
}

type Missing = Forbidden | NotFound | StorageError

/**
 * The keys of a person and of a tenant. Those of devices are shown here, and changed with their devices.
 *
 * Nothing here answers a secret but that of a key it just made, and no key is made that may do more than
 * whoever makes it.
 */
export class ApiKeys extends Context.Service<
  ApiKeys,
  {
    /** One's own keys; those who administer see all of the tenant. */
    readonly list: (
      principal: Principal,
      query: KeyQuery
    ) => Effect.Effect<ReadonlyArray<ApiKey>, Forbidden | StorageError>
    readonly get: (principal: Principal, id: ApiKeyId) => Effect.Effect<ApiKey, Missing>
    readonly create: (principal: Principal, draft: KeyDraft) => Effect.Effect<MadeKey, Missing | Invalid>
    /**
     * Makes a key that may do the same, and ends the old one now or after some minutes. Nobody is given the
     * secret of somebody else's key, not even who administers: with it they would be that person.
     */
    readonly rotate: (
      principal: Principal,
      id: ApiKeyId,
      overlapMinutes: number
    ) => Effect.Effect<MadeKey, Missing | Invalid | InUse>
    readonly revoke: (principal: Principal, id: ApiKeyId) => Effect.Effect<void, Missing | InUse>
  }
>()("@wattkit/engine/ApiKeys") {
  static readonly layer: Layer.Layer<
    ApiKeys,
    never,
    ApiKeyStore | Audit | Credentials | DeviceStore | LocationStore
  > = Layer.suspend(() => Layer.effect(ApiKeys, make))
}

/** So many keys are read at once. */
const pageOf = 500

const makeList = ({ store }: KeyTools) =>
  Effect.fn("ApiKeys.list")(function* (principal: Principal, query: KeyQuery) {
    yield* requireScope(principal, "read")
    const { deviceId, isAll, limit } = query
    const userId = isAdministrator(principal) ? query.userId : (personOf(principal) ?? undefined)
    const now = yield* Instant.now
    const isAsked = (key: ApiKey) =>
      isShown(principal, key) &&
      (query.userId === undefined || key.userId === query.userId) &&
      (isAll === true || isUsable(key, now))
    const found: Array<ApiKey> = []
    let { after } = query
    for (;;) {
      const page = yield* store.list(principal.tenantId, { after, limit: pageOf, userId, deviceId })
      found.push(...page.filter(isAsked))
      if (page.length < pageOf || found.length >= limit) return found.slice(0, limit)
      after = page.at(-1)?.id
    }
  })

const makeRevoke = ({ audit, find, store }: KeyTools) =>
  Effect.fn("ApiKeys.revoke")(function* (principal: Principal, id: ApiKeyId) {
    yield* requireKeeper(principal)
    const key = yield* find(principal, id)
    if (key.deviceId !== null) return yield* ofDevice
    yield* store.revoke(principal.tenantId, id, yield* Instant.now)
    yield* audit.record(principal, { action: "key.revoke", subject: `api_key ${id}`, before: said(key) })
  })

const make = Effect.map(makeKeyTools, (tools) =>
  ApiKeys.of({
    list: makeList(tools),
    get: (principal, id) => Effect.andThen(requireScope(principal, "read"), tools.find(principal, id)),
    create: makeCreateKey(tools),
    rotate: makeRotateKey(tools),
    revoke: makeRevoke(tools)
  })
)
