import {
  type Email,
  type HasherBusy,
  Instant,
  type KnownUser,
  makeId,
  MembershipStore,
  noSecrets,
  type StorageError,
  TenantId,
  TenantStore,
  UserId,
  UserStore
} from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import { Forbidden } from "../../Forbidden.ts"
import { Invalid } from "../../Invalid.ts"
import { alreadyRegistered, confirmAddress } from "../mails/texts.ts"
import type { Throttled } from "../Throttle.ts"
import type { Unauthenticated } from "../Unauthenticated.ts"
import { emailOf } from "./people.ts"
import { goodPassword, personName, type Tools } from "./tools.ts"

/** What somebody says who registers. */
export interface NewPerson {
  readonly email: string
  readonly password: Redacted.Redacted
  readonly name: string
  /** What the tenant of their own is called; as they are when left out. */
  readonly tenantName?: string | undefined
}

/** What somebody says who was invited; who signed in before says nothing new. */
export interface AcceptedInvitation {
  readonly secret: string
  readonly name?: string | undefined
  readonly password?: Redacted.Redacted | undefined
}

type OneTimeFailure = Invalid | StorageError | Unauthenticated

/** How people come in. */
export interface Registration {
  /** Succeeds alike whether the address is known or not; only the message that is sent tells. */
  readonly register: (
    person: NewPerson
  ) => Effect.Effect<void, Forbidden | Invalid | Throttled | HasherBusy | StorageError>
  /**
   * Confirms an address with the secret of a message and the password it was registered with: somebody else
   * may have registered it, whom a link alone would let in.
   */
  readonly verifyEmail: (
    shown: { readonly secret: string; readonly password: Redacted.Redacted },
    ip: string
  ) => Effect.Effect<void, OneTimeFailure | Forbidden | HasherBusy | Throttled>
  readonly acceptInvitation: (
    invitation: AcceptedInvitation
  ) => Effect.Effect<void, OneTimeFailure | HasherBusy>
}

const notTheirs = new Forbidden({
  message: "this address was registered with another password; choose one anew by a message"
})

const closed = new Forbidden({
  message: "nobody registers here by themselves; ask an administrator for an invitation"
})

const freshId = (prefix: string, now: number): string =>
  makeId(prefix, now, crypto.getRandomValues(new Uint8Array(16)))

/** Makes the message by which an address is confirmed. */
export const makeConfirming =
  ({ linkTo, oneTimes, send }: Tools) =>
  (id: UserId, email: Email) =>
    Effect.flatMap(oneTimes.give("verify_email", id), (secret) =>
      send(email, confirmAddress(linkTo("verify-email", secret)))
    )

/** Makes a tenant of somebody's own, with them as its administrator. */
const makeFounding = Effect.gen(function* () {
  const tenants = yield* TenantStore
  const memberships = yield* MembershipStore
  return Effect.fnUntraced(function* (userId: UserId, name: string) {
    const createdAt = yield* Instant.now
    const tenantId = TenantId.make(freshId("tenant", createdAt))
    // Both ids are fresh or known, so that one is taken or missing happens to nobody.
    yield* Effect.catchTag(tenants.add({ id: tenantId, name, createdAt }), "AlreadyExists", Effect.die)
    yield* memberships
      .put({ tenantId, userId, role: "admin", locations: [], createdAt, disabledAt: null })
      .pipe(Effect.catchTag("NotFound", Effect.die))
    return tenantId
  })
})

const makeRegister = Effect.fnUntraced(function* (tools: Tools) {
  const { hasher, later, linkTo, people, record, send, settings, throttle } = tools
  const users = yield* UserStore
  const found = yield* makeFounding
  const confirm = makeConfirming(tools)

  const create = Effect.fnUntraced(function* (person: NewPerson, email: Email, passwordHash: string) {
    const createdAt = yield* Instant.now
    const id = UserId.make(freshId("user", createdAt))
    const { name, tenantName = name } = person
    const fresh = { verifiedAt: null, disabledAt: null, eraseAt: null }
    yield* users.add({ id, email, name, createdAt, ...fresh }, { ...noSecrets, passwordHash })
    const tenantId = yield* found(id, tenantName)
    yield* record(id, tenantId, { action: "user.register" })
    yield* confirm(id, email)
  })

  /** Who has not confirmed the address may have been somebody else, so the last one to register counts. */
  const again = ({ user }: KnownUser, { name }: NewPerson, passwordHash: string) =>
    user.verifiedAt === null
      ? people
          .change(user.id, () =>
            Effect.succeed({ change: { user: { name }, secrets: { passwordHash } }, answer: undefined })
          )
          .pipe(Effect.andThen(confirm(user.id, user.email)))
      : send(user.email, alreadyRegistered(linkTo("")))

  return Effect.fn("Identity.register")(function* (person: NewPerson) {
    if (settings.registration === "closed") return yield* closed
    const email = yield* emailOf(person.email)
    const password = yield* goodPassword(person.password, email)
    const known = yield* people.byEmail(email)
    const passwordHash = yield* hasher.hash(password)
    yield* throttle.mail(`register ${email}`)
    yield* later(
      "a registration",
      known === undefined ? create(person, email, passwordHash) : again(known, person, passwordHash)
    )
  })
})

/**
 * Whether nobody has shown yet that the address is theirs. A password that was set before is then perhaps
 * that of somebody else, and does not stay.
 */
const isUnproved = ({ secrets, user }: KnownUser): boolean =>
  secrets.passwordHash === null || user.verifiedAt === null

/** Makes how people come in. */
export const makeRegistration = Effect.fnUntraced(function* (tools: Tools) {
  const { audit, hasher, oneTimes, people, prove, record } = tools
  const found = yield* makeFounding

  const verifyEmail: Registration["verifyEmail"] = ({ password, secret }, ip) =>
    oneTimes.use(
      secret,
      "verify_email",
      Effect.fnUntraced(function* ({ userId }) {
        const now = yield* Instant.now
        const registered = yield* people.byId(userId)
        const { isRight } = yield* prove({ address: registered.user.email, ip }, password, registered)
        if (!isRight) return yield* notTheirs
        const name = yield* people.change(userId, ({ user }) =>
          Effect.succeed({ change: { user: { verifiedAt: user.verifiedAt ?? now } }, answer: user.name })
        )
        // A process that ended in the middle of a registration left somebody without a tenant.
        const tenants = yield* people.memberOf(userId)
        const tenantId = tenants[0]?.tenantId ?? (yield* found(userId, name))
        yield* record(userId, tenantId, { action: "user.verify" })
      })
    )

  const acceptInvitation: Registration["acceptInvitation"] = ({ name, password, secret }) =>
    oneTimes.use(
      secret,
      "invite",
      Effect.fnUntraced(function* ({ tenantId, userId }) {
        const now = yield* Instant.now
        const known = yield* people.byId(userId)
        const { user } = known
        const isNew = isUnproved(known)
        if (isNew && password === undefined)
          return yield* new Invalid({ field: "password", reason: "must be chosen" })
        const passwordHash =
          isNew && password !== undefined
            ? yield* hasher.hash(yield* goodPassword(password, user.email))
            : undefined
        yield* people.change(userId, (known) => {
          const verified = { verifiedAt: known.user.verifiedAt ?? now }
          const isStillNew = isUnproved(known) && passwordHash !== undefined
          const change = isStillNew
            ? { user: { ...verified, name: name ?? known.user.name }, secrets: { passwordHash } }
            : { user: verified }
          return Effect.succeed({ change, answer: undefined })
        })
        if (tenantId !== null)
          yield* audit.recordBy(tenantId, personName(userId), {
            action: "member.accept",
            subject: personName(userId)
          })
      })
    )

  return { register: yield* makeRegister(tools), verifyEmail, acceptInvitation } satisfies Registration
})
