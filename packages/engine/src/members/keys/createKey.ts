import { type ApiKey, Instant, type Principal } from "@wattkit/core"
import { Effect } from "effect"
import { Invalid } from "../../Invalid.ts"
import { personOf, requireKeeper } from "./keyRights.ts"
import { type KeyTools, said } from "./keyTools.ts"
import { requireAdministrator } from "../rights.ts"

/** What a new key shall be able to do. */
export interface KeyDraft {
  readonly name: string
  readonly scopes: ApiKey["scopes"]
  /** Null, or left out, for all that the one who makes it reaches. */
  readonly locations?: ApiKey["locations"] | undefined
  readonly expiresAt?: ApiKey["expiresAt"] | undefined
  /** A key of the tenant and of nobody in it, which outlives whoever made it. */
  readonly isShared?: boolean | undefined
}

const longestMs = 10 * 366 * 86_400_000

const checkEnd = Effect.fnUntraced(function* (expiresAt: Instant.Instant | null) {
  if (expiresAt === null) return
  const left = expiresAt - (yield* Instant.now)
  if (left > 0 && left <= longestMs) return
  return yield* new Invalid({ field: "expiresAt", reason: "must lie ahead, and within ten years" })
})

/** Whose a new key is: nobody's when it is shared. */
const ownerOf = Effect.fnUntraced(function* (principal: Principal, isShared: boolean) {
  if (isShared) {
    yield* requireAdministrator(principal)
    return null
  }
  const userId = personOf(principal)
  if (userId !== null) return userId
  const reason = "must be true: the credential that asks is nobody's, and so is what it makes"
  return yield* new Invalid({ field: "isShared", reason })
})

const rightsOf = Effect.fnUntraced(function* (draft: KeyDraft) {
  const { expiresAt = null, locations = null } = draft
  const [first, ...rest] = new Set(draft.scopes)
  if (first === undefined) return yield* new Invalid({ field: "scopes", reason: "must not be empty" })
  const scopes: ApiKey["scopes"] = [first, ...rest]
  if (locations !== null && scopes.includes("administer")) {
    const reason = 'must be left out where the scope "administer" is given, which reaches everything'
    return yield* new Invalid({ field: "locations", reason })
  }
  yield* checkEnd(expiresAt)
  return { scopes, expiresAt, locations: locations && [...new Set(locations)].sort() }
})

/** Makes what makes keys. */
export const makeCreateKey = ({ audit, issue, reachLocation, requireWithin }: KeyTools) =>
  Effect.fn("ApiKeys.create")(function* (principal: Principal, draft: KeyDraft) {
    yield* requireKeeper(principal)
    const userId = yield* ownerOf(principal, draft.isShared ?? false)
    const rights = yield* rightsOf(draft)
    yield* requireWithin(principal, rights)
    for (const id of rights.locations ?? []) {
      yield* Effect.catchTag(reachLocation(principal, id), "NotFound", () =>
        Effect.fail(new Invalid({ field: "locations", reason: `there is no location ${id}` }))
      )
    }
    const made = yield* issue(principal, { ...rights, name: draft.name, userId })
    const subject = `api_key ${made.key.id}`
    yield* audit.record(principal, { action: "key.create", subject, after: said(made.key) })
    return made
  })
