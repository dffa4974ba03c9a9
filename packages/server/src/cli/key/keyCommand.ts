import { ApiKey, ApiKeyId, Instant, LocationId, type Principal, Scope } from "@wattkit/core"
import { ApiKeys } from "@wattkit/engine"
import { Effect, Option, Redacted, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { flags, inTenant } from "../tenant/office.ts"
import { say, sayJson, width } from "../tenant/say.ts"
import { keysTable, shown } from "./words.ts"

const describe = Flag.withDescription

const createFlags = {
  name: describe(Flag.String("name"), "What the key is for."),
  scope: Flag.atLeast(
    describe(Flag.Literals("scope", Scope.literals), "What it may do; may be repeated. [read]"),
    0
  ),
  location: Flag.atLeast(
    describe(Flag.String("location"), "A location it reaches; may be repeated. [all of the tenant]"),
    0
  ),
  days: Flag.optional(describe(Flag.Int("days"), "For how many days it works. [until it is revoked]")),
  ...flags
}

interface Wanted {
  readonly name: string
  readonly scope: ReadonlyArray<Scope>
  readonly location: ReadonlyArray<string>
  readonly days: Option.Option<number>
}

const checked = <A>(schema: Schema.Codec<A, unknown>, value: unknown, message: string) =>
  Option.match(Schema.decodeUnknownOption(schema)(value), {
    onNone: () => Effect.fail(new StartError({ message })),
    onSome: Effect.succeed
  })

const draftOf = Effect.fnUntraced(function* ({ days, location, name, scope }: Wanted) {
  const [first = "read", ...rest] = scope
  const now = yield* Instant.now
  const locations = yield* Effect.forEach(location, (text) =>
    checked(LocationId, text, `"${text}" is no id of a location.`)
  )
  return {
    name: yield* checked(ApiKey.fields.name, name, "--name must have 1 to 200 characters."),
    scopes: [first, ...rest] as const,
    locations: locations.length === 0 ? null : locations,
    expiresAt: Option.match(days, {
      onNone: () => null,
      onSome: (days) => Instant.plus(now, days * 86_400_000)
    }),
    isShared: true
  }
})

const create = Command.make("create", createFlags, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* ({ principal }) {
      const draft = yield* draftOf(given)
      const { key, secret } = yield* ApiKeys.use((keys) => keys.create(principal, draft))
      if (given.json) return yield* sayJson({ apiKey: shown(key), secret: Redacted.value(secret) })
      const may = new Intl.ListFormat("en").format(key.scopes)
      yield* say(
        `The key ${key.id} may ${may} in the tenant ${principal.tenantId}. ` +
          "It is shown this once; keep it:\n\n" +
          `  ${Redacted.value(secret)}`
      )
    })
  )
).pipe(Command.withDescription("Make a key of a tenant, which belongs to nobody in it"))

const pageOf = 500

const everyKey = Effect.fnUntraced(function* (principal: Principal, isAll: boolean) {
  const keys = yield* ApiKeys
  const all: Array<ApiKey> = []
  for (;;) {
    const query = { after: all.at(-1)?.id, limit: pageOf, isAll }
    const page: ReadonlyArray<ApiKey> = yield* keys.list(principal, query)
    all.push(...page)
    if (page.length < pageOf) return all as ReadonlyArray<ApiKey>
  }
})

const all = Flag.withDefault(describe(Flag.Boolean("all"), "Show those too that are over."), false)

const list = Command.make("list", { all, ...flags }, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* ({ principal }) {
      const keys = yield* everyKey(principal, given.all)
      yield* given.json ? sayJson(keys.map(shown)) : say(keysTable(keys, width()))
    })
  )
).pipe(Command.withDescription("Show the keys of a tenant, of its people and of its devices"))

const id = Argument.String("id").pipe(Argument.withDescription("The id of the key, as list shows it."))

const revoke = Command.make("revoke", { id, ...flags }, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* ({ principal }) {
      const missing = `there is no key ${given.id} in the tenant ${principal.tenantId}.`
      const keyId = yield* checked(ApiKeyId, given.id, missing)
      yield* Effect.catchTag(
        ApiKeys.use((keys) => keys.revoke(principal, keyId)),
        "NotFound",
        () => Effect.fail(new StartError({ message: missing }))
      )
      if (given.json) return yield* sayJson({ id: keyId })
      yield* say(`The key ${keyId} is worth nothing any more.`)
    })
  )
).pipe(Command.withDescription("End a key for good"))

/** `wattkit key`. */
export const keyCommand = Command.make("key").pipe(
  Command.withDescription("Make, show and end the keys of a tenant"),
  Command.withSubcommands([create, list, revoke])
)
