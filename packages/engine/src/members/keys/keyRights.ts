import {
  type ApiKey,
  ApiKeyStore,
  type Instant,
  type LocationId,
  type NotFound,
  type Principal,
  type StorageError,
  type UserId
} from "@wattkit/core"
import { Effect } from "effect"
import { Forbidden } from "../../Forbidden.ts"
import { Invalid } from "../../Invalid.ts"
import { isAdministrator, requireGift } from "../rights.ts"

/** Who the one who asks is, or whose key they show; null for nobody. */
export const personOf = ({ by }: Principal): UserId | null => (by.kind === "user" ? by.id : by.userId)

/** Whether a key is theirs: of a person all of them, and of nobody the one that is shown. */
export const isOwn = (principal: Principal, key: ApiKey): boolean =>
  key.userId === null ? key.id === principal.by.id : key.userId === personOf(principal)

/** Whether somebody is shown a key. What they are not shown is not there for them. */
export const isShown = (principal: Principal, key: ApiKey): boolean =>
  isAdministrator(principal) || isOwn(principal, key)

/**
 * Fails unless somebody may make keys and end them: a person does it in their session, and a key only where
 * it may administer. So a key that leaked can neither be multiplied nor lock its person out.
 */
export const requireKeeper = (principal: Principal): Effect.Effect<void, Forbidden> =>
  principal.by.kind === "user" || isAdministrator(principal)
    ? Effect.void
    : Effect.fail(
        new Forbidden({ message: 'sign in to manage keys, or use one with the scope "administer"' })
      )

/** Whether a key works at an instant, as far as it itself can tell. */
export const isUsable = ({ expiresAt, revokedAt }: ApiKey, now: number): boolean =>
  (expiresAt === null || expiresAt > now) && (revokedAt === null || revokedAt > now)

/** What a key would be able to do, where and until when. */
export type KeyRights = Pick<ApiKey, "scopes" | "locations" | "expiresAt">

const isWithin = (given: ReadonlyArray<LocationId> | null, own: ReadonlyArray<LocationId> | null): boolean =>
  own === null || (given !== null && given.every((id) => own.includes(id)))

const orNothing = <A>(effect: Effect.Effect<A, NotFound | StorageError>) =>
  Effect.catchTag(effect, "NotFound", () => Effect.undefined)

/** Makes what sees to it that nobody gives a key more than they have themselves. */
export const makeRequireWithin = Effect.map(ApiKeyStore, (store) => {
  /** When the credential of the one who asks ends; null for never, or for a person, who signs in again. */
  const endOf = Effect.fnUntraced(function* ({ by, tenantId }: Principal) {
    if (by.kind === "user") return null
    const own = yield* orNothing(store.get(tenantId, by.id))
    const ends = [own?.expiresAt, own?.revokedAt].filter((at) => typeof at === "number")
    return ends.length === 0 ? null : (Math.min(...ends) as Instant.Instant)
  })

  return Effect.fnUntraced(function* (principal: Principal, rights: KeyRights) {
    const { expiresAt, locations, scopes } = rights
    yield* requireGift(principal, scopes)
    // A key of a person reaches what the person reaches, and says nothing of its own about it.
    const isOfPerson = locations === null && principal.by.kind === "user"
    const missing = (locations ?? []).find((id) => !isWithin([id], principal.locations))
    if (missing !== undefined) {
      return yield* new Invalid({ field: "locations", reason: `there is no location ${missing}` })
    }
    if (!isOfPerson && !isWithin(locations, principal.locations)) {
      return yield* new Forbidden({ message: "name the locations: this credential does not reach them all" })
    }
    const end = yield* endOf(principal)
    if (end !== null && (expiresAt === null || expiresAt > end)) {
      return yield* new Invalid({
        field: "expiresAt",
        reason: "must not be after the end of the key that asks"
      })
    }
  })
})
