import { AuditTrail } from "@wattkit/engine"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { StartError } from "../../StartError.ts"
import { flags, inTenant } from "./office.ts"
import { say, sayJson } from "./say.ts"

const describe = Flag.withDescription

const verifyFlags = {
  number: Flag.optional(describe(Flag.Int("number"), "The number of an end that was noted before.")),
  hash: Flag.optional(describe(Flag.String("hash"), "The hash that was noted with it.")),
  ...flags
}

const faults = {
  changed: "says something else than was written",
  broken: "does not follow the one before it: one was taken out, put in or moved",
  missing: "is missing: the end was cut off"
} as const

const notedOf = (number: Option.Option<number>, hash: Option.Option<string>) => {
  if (Option.isNone(number) && Option.isNone(hash)) return Effect.succeed(undefined)
  return Option.isSome(number) && Option.isSome(hash)
    ? Effect.succeed({ number: number.value, hash: hash.value })
    : Effect.fail(new StartError({ message: "--number and --hash come together." }))
}

const verify = Command.make("verify", verifyFlags, (given) =>
  inTenant(
    given,
    Effect.fnUntraced(function* ({ principal }) {
      const noted = yield* notedOf(given.number, given.hash)
      const verified = yield* AuditTrail.use((trail) => trail.verify(principal, noted))
      const { fault, head } = verified
      if (given.json) yield* sayJson(verified)
      const of = `the audit log of the tenant ${principal.tenantId}`
      if (fault !== null) {
        const message = `${of} was tampered with: entry ${fault.number} ${faults[fault.kind]}.`
        return yield* new StartError({ message })
      }
      if (given.json) return
      if (head === null) return yield* say(`Nothing is written in ${of} yet.`)
      yield* say(
        `All ${head.number} entries of ${of} are as they were written. Note its end elsewhere, so that ` +
          "nobody can\ncut it off unnoticed, and say it the next time:\n\n" +
          `  --number ${head.number} --hash ${head.hash}`
      )
    })
  )
).pipe(Command.withDescription("Tell whether the audit log of a tenant is as it was written"))

/** `wattkit audit`. */
export const auditCommand = Command.make("audit").pipe(
  Command.withDescription("Verify what was written down"),
  Command.withSubcommands([verify])
)
