import type { Principal } from "@wattkit/core"
import { type Member, Members } from "@wattkit/engine"
import { Effect } from "effect"

const pageOf = 500

/** All members of a tenant. */
export const everyMember = Effect.fnUntraced(function* (principal: Principal) {
  const members = yield* Members
  const all: Array<Member> = []
  for (;;) {
    const page: ReadonlyArray<Member> = yield* members.list(principal, {
      after: all.at(-1)?.id,
      limit: pageOf
    })
    all.push(...page)
    if (page.length < pageOf) return all as ReadonlyArray<Member>
  }
})
