import { assert, describe, it } from "vitest"
import type { AuditDraft } from "../../ports/identity/AuditStore.ts"
import type { Instant } from "../../time/Instant.ts"
import type { TenantId } from "../ids.ts"
import { impersonal } from "./impersonal.ts"

const entry = (subject: string, before: unknown, after: unknown): AuditDraft => ({
  tenantId: "t" as TenantId,
  at: 1 as Instant,
  by: "user user_1",
  action: "a",
  subject,
  before,
  after
})

describe("impersonal", () => {
  it("hides what is of a person at any depth, and shows that it was there", () => {
    const said = {
      role: "admin",
      list: [{ email: "a@b.c" }, { deep: { agent: "F" } }],
      email: null,
      ip: "::1"
    }
    const { after, before } = impersonal(entry("location house", said, [said]))
    const kept = {
      role: "admin",
      list: [{ email: "[personal]" }, { deep: { agent: "[personal]" } }],
      email: null,
      ip: "[personal]"
    }
    assert.deepStrictEqual([before, after], [kept, [kept]])
  })

  it("hides names of persons and of what is theirs, and shows those of everything else", () => {
    const nameOf = (subject: string) => impersonal(entry(subject, { name: "Ada" }, null)).before
    for (const subject of ["user u", "session s", "api_key k", "key k", "member u", "consent c"]) {
      assert.deepStrictEqual(nameOf(subject), { name: "[personal]" }, subject)
    }
    for (const subject of ["location user", "device d", "tariff f", "tenant t", "users", ""]) {
      assert.deepStrictEqual(nameOf(subject), { name: "Ada" }, subject)
    }
  })

  it("leaves what is no object, and everything else of an entry, as it is", () => {
    for (const value of [null, undefined, "Ada", 0, false, [], ["email"]]) {
      const one = entry("user u", value, value)
      assert.deepStrictEqual(impersonal(one), one)
    }
  })
})
