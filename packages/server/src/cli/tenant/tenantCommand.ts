import { Instant, Tenant, TenantId, TenantStore } from "@wattkit/core"
import { Audit } from "@wattkit/engine"
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { tableOf } from "../devices/Table.ts"
import { inOffice, officeFlags, operatorName } from "./office.ts"
import { dayOf, instantOf, say, sayJson, width } from "./say.ts"

const id = Argument.String("id").pipe(Argument.withDescription("The id of the tenant."))
const name = Flag.withDescription(Flag.String("name"), "What the tenant is called.")

const idOf = (text: string) =>
  Option.match(Schema.decodeUnknownOption(TenantId)(text), {
    onNone: () =>
      Effect.fail(
        new StartError({ message: `"${text}" is no id: 1 to 64 characters of A-Z a-z 0-9 . _ : - make one.` })
      ),
    onSome: Effect.succeed
  })

const nameOf = (text: string) =>
  Option.match(Schema.decodeUnknownOption(Tenant.fields.name)(text), {
    onNone: () =>
      Effect.fail(
        new StartError({ message: "--name must have 1 to 200 characters, none of them a control." })
      ),
    onSome: Effect.succeed
  })

const shown = ({ createdAt, id, name }: Tenant) => ({ id, name, createdAt: instantOf(createdAt) })

const pageOf = 500

const everyTenant = Effect.gen(function* () {
  const tenants = yield* TenantStore
  const all: Array<Tenant> = []
  for (;;) {
    const page: ReadonlyArray<Tenant> = yield* tenants.list({ after: all.at(-1)?.id, limit: pageOf })
    all.push(...page)
    if (page.length < pageOf) return all as ReadonlyArray<Tenant>
  }
})

const record = (tenantId: TenantId, deed: { action: string; before?: unknown; after: unknown }) =>
  Audit.use((audit) => audit.recordBy(tenantId, operatorName, { ...deed, subject: `tenant ${tenantId}` }))

const add = Command.make("add", { id, name, ...officeFlags }, (given) =>
  inOffice(
    given,
    Effect.fnUntraced(function* () {
      const [tenantId, called] = [yield* idOf(given.id), yield* nameOf(given.name)]
      const tenant: Tenant = { id: tenantId, name: called, createdAt: yield* Instant.now }
      yield* TenantStore.use((tenants) => tenants.add(tenant))
      yield* record(tenantId, { action: "tenant.add", after: { name: called } })
      if (given.json) return yield* sayJson(shown(tenant))
      yield* say(
        `The tenant ${tenantId} is there now. Its first administrator:\n\n` +
          `  wattkit user add --tenant ${tenantId} --role admin --email ada@example.com`
      )
    })
  )
).pipe(Command.withDescription("Make a tenant"))

const list = Command.make("list", officeFlags, (given) =>
  inOffice(
    given,
    Effect.fnUntraced(function* () {
      const all = yield* everyTenant
      if (given.json) return yield* sayJson(all.map(shown))
      if (all.length === 0) return yield* say('there is no tenant yet; "wattkit serve" makes the first')
      const columns = [{ title: "ID" }, { title: "NAME", isFlexible: true }, { title: "SINCE (UTC)" }]
      const rows = all.map(({ createdAt, id, name }) => [[id], [name], [dayOf(createdAt)]])
      yield* say(tableOf(columns, rows, width()))
    })
  )
).pipe(Command.withDescription("Show all tenants of the server"))

const rename = Command.make("rename", { id, name, ...officeFlags }, (given) =>
  inOffice(
    given,
    Effect.fnUntraced(function* () {
      const [tenantId, called] = [yield* idOf(given.id), yield* nameOf(given.name)]
      const tenants = yield* TenantStore
      const before = yield* tenants.get(tenantId)
      yield* tenants.rename(tenantId, called)
      yield* record(tenantId, {
        action: "tenant.rename",
        before: { name: before.name },
        after: { name: called }
      })
      if (given.json) return yield* sayJson(shown({ ...before, name: called }))
      yield* say(`The tenant ${tenantId} is called "${called}" now.`)
    })
  )
).pipe(Command.withDescription("Call a tenant something else"))

/** `wattkit tenant`. */
export const tenantCommand = Command.make("tenant").pipe(
  Command.withDescription("Make, show and rename the tenants of the server"),
  Command.withSubcommands([add, list, rename])
)
