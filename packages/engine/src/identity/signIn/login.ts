import { type HasherBusy, Instant, type KnownUser, type StorageError, type TenantId } from "@wattkit/core"
import { Effect, type Redacted } from "effect"
import { Forbidden } from "../../Forbidden.ts"
import type { Invalid } from "../../Invalid.ts"
import type { Throttled } from "../Throttle.ts"
import { Unauthenticated } from "../Unauthenticated.ts"
import { makeCodes } from "./codes.ts"
import { oneTimeLifeMs } from "./oneTimes.ts"
import { emailOf } from "./people.ts"
import { newSignIn } from "./news.ts"
import { makeConfirming } from "./registration.ts"
import type { Tokens, Turns } from "./sessions.ts"
import type { Tools } from "./tools.ts"

/** From where somebody signs in, and with what, as their program calls itself. */
export interface Visitor {
  readonly ip: string
  readonly agent: string
}

/** What somebody shows who signs in. */
export interface Shown {
  readonly email: string
  readonly password: Redacted.Redacted
  /** The tenant to enter; the one they have been in for longest when left out. */
  readonly tenantId?: TenantId | undefined
}

/** Signed in, or asked for the second factor: the challenge is shown with a code, within so many seconds. */
export type SignedIn =
  | { readonly kind: "in"; readonly tokens: Tokens }
  | { readonly kind: "second_factor"; readonly challenge: string; readonly expiresIn: number }

/** How people sign in. */
export interface Login {
  readonly login: (
    shown: Shown,
    visitor: Visitor
  ) => Effect.Effect<SignedIn, Unauthenticated | Forbidden | Invalid | Throttled | HasherBusy | StorageError>
  /** The second step: a code of the authenticator, or a recovery code. */
  readonly secondFactor: (
    shown: { readonly challenge: string; readonly code: string },
    visitor: Visitor
  ) => Effect.Effect<Tokens, Unauthenticated | Forbidden | Throttled | StorageError>
}

const wrong = new Unauthenticated({ message: "the address or the password is wrong" })
const keptOut = new Forbidden({ message: "an administrator keeps you out" })
const unconfirmed = new Forbidden({
  message: "confirm your address first: open the link in the message that was sent to it"
})
const noChallenge = new Unauthenticated({ message: "this sign-in took too long; begin again" })
const wrongCode = new Unauthenticated({ message: "the code is wrong, or was used before" })

/** Makes what lets somebody in who proved who they are; it takes back what they asked to have erased. */
const makeEntering = ({ people, record, tell }: Tools, { begin }: Turns) =>
  Effect.fnUntraced(function* ({ user }: KnownUser, tenantId: TenantId, { agent }: Visitor) {
    const { session, tokens } = yield* begin(user.id, tenantId, agent)
    if (user.eraseAt !== null) {
      yield* people.change(user.id, () =>
        Effect.succeed({ change: { user: { eraseAt: null } }, answer: undefined })
      )
      yield* record(user.id, tenantId, { action: "user.keep" })
    }
    yield* record(user.id, tenantId, { action: "user.login", after: { session: session.id } })
    yield* tell(user.id, tenantId, newSignIn(session.id))
    return tokens
  })

type Entering = ReturnType<typeof makeEntering>

/** Makes what only those hear who know the password: why they may not come in. */
const makeAdmitting = (tools: Tools) => {
  const { later, throttle } = tools
  const confirm = makeConfirming(tools)
  return Effect.fnUntraced(function* ({ user }: KnownUser) {
    if (user.disabledAt !== null) return yield* keptOut
    if (user.verifiedAt !== null) return
    yield* throttle.mail(`register ${user.email}`).pipe(
      Effect.andThen(later("a message to confirm an address", confirm(user.id, user.email))),
      Effect.catchTag("Throttled", () => Effect.void)
    )
    return yield* unconfirmed
  })
}

/** Makes the first step. */
const makeFirstStep = (tools: Tools, enter: Entering): Login["login"] => {
  const { hasher, later, oneTimes, people, prove, record } = tools
  const admit = makeAdmitting(tools)

  /** A hash of yesterday is replaced by one of today, now that the password is at hand. */
  const renewHash = (known: KnownUser, password: Redacted.Redacted) =>
    Effect.flatMap(hasher.hash(password), (passwordHash) =>
      people.change(known.user.id, ({ secrets }) =>
        Effect.succeed({
          ...(secrets.passwordHash === known.secrets.passwordHash && {
            change: { secrets: { passwordHash } }
          }),
          answer: undefined
        })
      )
    )

  return Effect.fn("Identity.login")(function* ({ email, password, tenantId }: Shown, visitor: Visitor) {
    const address = yield* emailOf(email)
    const known = yield* people.byEmail(address)
    const { isOutdated, isRight, normal } = yield* prove({ address, ip: visitor.ip }, password, known)
    if (known === undefined) return yield* wrong
    const { secrets, user } = known
    if (!isRight) {
      yield* later("the log of a sign-in", record(user.id, undefined, { action: "user.login_failed" }))
      return yield* wrong
    }
    yield* admit(known)
    if (isOutdated) yield* later("a new hash", renewHash(known, normal))
    const tenant = yield* people.tenantOf(user.id, tenantId)
    if (secrets.totpConfirmedAt === null)
      return { kind: "in", tokens: yield* enter(known, tenant, visitor) } as const
    const challenge = yield* oneTimes.give("second_factor", user.id, tenant)
    return { kind: "second_factor", challenge, expiresIn: oneTimeLifeMs.second_factor / 1000 } as const
  })
}

/** Makes the second step. A challenge whose code was wrong may be tried again while it lasts. */
const makeSecondStep = (tools: Tools, enter: Entering): Login["secondFactor"] => {
  const { oneTimes, people, record, throttle } = tools
  const isCode = makeCodes(tools)
  return Effect.fn("Identity.secondFactor")(function* ({ challenge, code }, visitor) {
    const oneTime = yield* oneTimes.take(challenge, "second_factor")
    if (oneTime === undefined) return yield* noChallenge
    const { tenantId, userId } = oneTime
    const now = yield* Instant.now
    const caller = { address: `second factor ${userId}`, ip: visitor.ip }
    const isRight = yield* throttle
      .guard(caller, isCode(userId, code, now), (isRight) => isRight)
      .pipe(Effect.onError(() => Effect.ignore(oneTimes.putBack(oneTime))))
    if (!isRight) {
      yield* oneTimes.putBack(oneTime)
      yield* record(userId, tenantId ?? undefined, { action: "user.login_failed", after: { factor: 2 } })
      return yield* wrongCode
    }
    const known = yield* people.byId(userId)
    if (known.user.disabledAt !== null) return yield* keptOut
    return yield* enter(known, yield* people.tenantOf(userId, tenantId ?? undefined), visitor)
  })
}

/** Makes how people sign in. */
export const makeLogin = (tools: Tools, turns: Turns): Login => {
  const enter = makeEntering(tools, turns)
  return { login: makeFirstStep(tools, enter), secondFactor: makeSecondStep(tools, enter) }
}
