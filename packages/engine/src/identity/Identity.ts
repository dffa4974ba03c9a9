import { Context, Effect, Layer } from "effect"
import { type Authenticator, makeAuthenticator } from "./signIn/authenticator.ts"
import { type ClientTokens, makeClientTokens } from "./signIn/clientTokens.ts"
import { type Login, makeLogin } from "./signIn/login.ts"
import { makePasswords, type Passwords } from "./signIn/passwords.ts"
import { makeProfile, type Profile } from "./signIn/profile.ts"
import { makeRegistration, type Registration } from "./signIn/registration.ts"
import { makeSessions, makeTurns, type Sessions } from "./signIn/sessions.ts"
import { makeTools } from "./signIn/tools.ts"
import { Throttle } from "./Throttle.ts"

/** Who people are: how they come in, prove who they are, and see to what is theirs. */
export class Identity extends Context.Service<
  Identity,
  Registration & Login & Sessions & Passwords & Authenticator & Profile & ClientTokens
>()("@wattkit/engine/Identity") {
  /** It counts attempts with a throttle of its own. */
  static readonly layer = Layer.suspend(() => Layer.effect(Identity, make)).pipe(
    Layer.provide(Throttle.layer)
  )
}

const make = Effect.gen(function* () {
  const tools = yield* makeTools
  const turns = yield* makeTurns(tools)
  return Identity.of({
    ...(yield* makeRegistration(tools)),
    ...makeLogin(tools, turns),
    ...(yield* makeSessions(tools, turns)),
    ...(yield* makePasswords(tools)),
    ...makeAuthenticator(tools),
    ...(yield* makeProfile(tools)),
    ...(yield* makeClientTokens)
  })
})
