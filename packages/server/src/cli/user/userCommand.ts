import { LocationId, normalEmail, Role, User, UserStore } from "@wattkit/core"
import { type MemberChange, Members } from "@wattkit/engine"
import { Effect, Option, Redacted, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { type Desk, flags, inTenant } from "../tenant/office.ts"
import { say, sayJson, width } from "../tenant/say.ts"
import { eraseCommand } from "./eraseCommand.ts"
import { everyMember } from "./everyMember.ts"
import { setPassword } from "./setPassword.ts"
import { typedPassword } from "./typedPassword.ts"
import { invitedText, membersTable, shown } from "./words.ts"

const describe = Flag.withDescription
const email = Argument.String("email").pipe(Argument.withDescription("The e-mail address of the member."))

/** The member with an address, and everything that is kept of the person. */
const found = (typed: string, { principal }: Desk) =>
  Effect.gen(function* () {
    const members = yield* Members
    const known = yield* UserStore.use((users) => users.findByEmail(normalEmail(typed) as User["email"]))
    return { known, member: yield* members.get(principal, known.user.id) }
  }).pipe(
    Effect.catchTag("NotFound", () =>
      Effect.fail(
        new StartError({ message: `${typed} is not a member of the tenant ${principal.tenantId}.` })
      )
    )
  )

const idsOf = (texts: ReadonlyArray<string>) =>
  Effect.forEach(texts, (text) =>
    Option.match(Schema.decodeUnknownOption(LocationId)(text), {
      onNone: () => Effect.fail(new StartError({ message: `"${text}" is no id of a location.` })),
      onSome: Effect.succeed
    })
  )

const nameOf = (text: string) =>
  Option.match(Schema.decodeUnknownOption(User.fields.name)(text), {
    onNone: () =>
      Effect.fail(
        new StartError({ message: "--name must have 1 to 200 characters, none of them a control." })
      ),
    onSome: Effect.succeed
  })

const addFlags = {
  email: describe(Flag.String("email"), "The e-mail address of the person."),
  name: Flag.optional(describe(Flag.String("name"), "What to call them. [what stands before the @]")),
  role: describe(Flag.Literals("role", Role.literals), "What they are in the tenant. [user]").pipe(
    Flag.withDefault("user")
  ),
  location: Flag.atLeast(
    describe(Flag.String("location"), "A location to give to them; may be repeated. An admin has all."),
    0
  ),
  ...flags
}

const add = Command.make("add", addFlags, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* ({ config, principal }) {
      const members = yield* Members
      const name = yield* nameOf(Option.getOrElse(given.name, () => given.email.split("@")[0] ?? ""))
      const locations = yield* idsOf(given.location)
      const draft = { email: given.email, name, role: given.role, locations }
      const told =
        config.identity.smtp === undefined
          ? { isMailed: false, ...(yield* members.inviteByHand(principal, draft)) }
          : { link: undefined, ...(yield* members.invite(principal, draft)) }
      const { isMailed, link, member } = told
      if (!given.json) return yield* say(invitedText(member, principal.tenantId, told))
      yield* sayJson({
        user: shown(member),
        isMailed,
        link: link === undefined ? null : Redacted.value(link)
      })
    })
  )
).pipe(Command.withDescription("Invite somebody into a tenant, or make a link for them"))

const list = Command.make("list", flags, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* ({ principal }) {
      const all = yield* everyMember(principal)
      yield* given.json ? sayJson(all.map(shown)) : say(membersTable(all, width()))
    })
  )
).pipe(Command.withDescription("Show the members of a tenant"))

/** Changes whether a member may come in. */
const keep = (name: string, isDisabled: boolean, words: string, description: string) =>
  Command.make(name, { email, ...flags }, (given) =>
    inTenant(
      given,
      Effect.fnUntraced(function* (desk) {
        const { member } = yield* found(given.email, desk)
        const { id, locations, role } = member
        const change: MemberChange = { role, locations, isDisabled }
        const changed = yield* Members.use((members) => members.change(desk.principal, id, change))
        if (given.json) return yield* sayJson(shown(changed))
        yield* say(`${changed.email} ${words} the tenant ${desk.principal.tenantId}.`)
      })
    )
  ).pipe(Command.withDescription(description))

const password = Command.make("password", { email, ...flags }, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* (desk) {
      const { known, member } = yield* found(given.email, desk)
      yield* setPassword(known, desk.principal.tenantId, yield* typedPassword)
      if (given.json) return yield* sayJson({ id: member.id })
      yield* say(`${member.email} has a new password, and is signed out everywhere.`)
    })
  )
).pipe(Command.withDescription("Set a password: typed here, or the first line of standard input"))

const remove = Command.make("remove", { email, ...flags }, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* (desk) {
      const { member } = yield* found(given.email, desk)
      yield* Members.use((members) => members.remove(desk.principal, member.id))
      if (given.json) return yield* sayJson({ id: member.id })
      yield* say(`${member.email} is not a member of the tenant ${desk.principal.tenantId} any more.`)
    })
  )
).pipe(Command.withDescription("Take a member out of a tenant, with their sessions and keys there"))

/** `wattkit user`. */
export const userCommand = Command.make("user").pipe(
  Command.withDescription("Decide who is in a tenant"),
  Command.withSubcommands([
    add,
    list,
    keep("disable", true, "is kept out of", "Keep a member out of a tenant"),
    keep("enable", false, "may come in to", "Let a member in again"),
    password,
    remove,
    eraseCommand
  ])
)
