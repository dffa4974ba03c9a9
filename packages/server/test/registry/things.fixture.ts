import {
  AuditStore,
  Email,
  Instant,
  MembershipStore,
  noSecrets,
  TenantId,
  UserId,
  UserStore
} from "@wattkit/core"
import { Effect } from "effect"
import { defaultTenant } from "../../src/FirstStart.ts"
import type { TestServer } from "../fixtures/inProcess.ts"

/** What a location says of itself in these tests. */
export const house = { name: "House", kind: "house", zone: "Europe/Berlin", currency: "EUR" } as const

/** What a device says of itself in these tests. */
export const plug = { name: "Plug", role: "load", kind: "plug", parentId: null } as const

/** The tenant of a fresh server. */
export const tenantId = TenantId.make(defaultTenant)

/** Makes a location. */
export const place = async (server: TestServer, id: string): Promise<void> => {
  const made = await server.call("POST", "/v1/locations", { body: { id, ...house } })
  if (made.status !== 201) throw new Error(made.text)
}

/** Registers a device and answers its credential. */
export const register = async (
  server: TestServer,
  locationId: string,
  id: string,
  parentId: string | null = null
): Promise<string> => {
  const body = { ...plug, id, parentId }
  const made = await server.call<{ credential: string }>("POST", `/v1/locations/${locationId}/devices`, {
    body
  })
  if (made.status !== 201) throw new Error(made.text)
  return made.data.credential
}

/** Makes somebody a member to whom nothing was given. */
export const join = (server: TestServer, id: string): Promise<void> =>
  server.run(
    Effect.gen(function* () {
      const createdAt = yield* Instant.now
      const userId = UserId.make(id)
      const user = { id: userId, email: Email.make(`${id}@example.com`), name: id, createdAt }
      const state = { verifiedAt: createdAt, disabledAt: null, eraseAt: null }
      yield* UserStore.use((users) => users.add({ ...user, ...state }, noSecrets))
      const what = { role: "user", locations: [], createdAt, disabledAt: null } as const
      yield* MembershipStore.use((memberships) => memberships.put({ tenantId, userId, ...what }))
    })
  )

/** What is written down of an action, the newest first. */
export const entriesOf = (server: TestServer, action: string, subject?: string) =>
  server.run(
    AuditStore.use((store) => store.list(tenantId, { limit: 500, action, subject })).pipe(
      Effect.map((entries) =>
        entries.map(({ after, before, by, subject }) => ({ by, subject, before, after }))
      )
    )
  )

/** What an answer says of the thing, without when and to whom. */
export const thingOf = (text: string): string => text.split(',"meta"', 1)[0] ?? text

const version = (id: string, validFrom: string, price: string) => ({
  id,
  validFrom,
  charges: [
    {
      kind: "energy",
      id: "kwh",
      label: "Energy",
      group: "supply",
      direction: "import",
      price: { kind: "flat", price }
    }
  ],
  export: { kind: "none" },
  billing: { cycle: { kind: "calendarMonth" }, tierProration: "byDays", taxIncluded: false }
})

/** A tariff of one price, or of one after the other: each with its first day. */
export const tariff = (...prices: ReadonlyArray<readonly [from: string, price: string]>) => ({
  id: "flat",
  name: "Flat",
  currency: "EUR",
  timeZone: "Europe/Berlin",
  commodity: "electricity",
  touSets: {},
  versions: (prices.length === 0 ? [["2020-01-01", "0.30"] as const] : prices).map(([from, price], i) =>
    version(`v${i + 1}`, from, price)
  )
})
