import {
  type Device,
  Instant,
  type Membership,
  type NotFound,
  PersonalData,
  type Principal,
  ReadingStore,
  type StorageError,
  type UserId
} from "@wattkit/core"
import { Effect, Stream } from "effect"
import { Audit } from "../audit/Audit.ts"
import type { Forbidden } from "../Forbidden.ts"
import { signedOf } from "../identity/signIn/people.ts"
import { Unauthenticated } from "../identity/Unauthenticated.ts"
import { makeHouseholds } from "./households.ts"

/** One thing that is kept, and in which table. */
export interface ArchivedRow {
  readonly table: string
  readonly row: unknown
}

/** Gives people what is kept of them. */
export interface Archive {
  /**
   * Everything that is kept of the person who asks, and everything of the tenants they administer alone, as
   * a household is. Readings are read as they are taken.
   */
  readonly archive: (
    principal: Principal
  ) => Effect.Effect<Stream.Stream<ArchivedRow, StorageError>, Forbidden | Unauthenticated | StorageError>
}

/** Everything that goes into the archive of a person, for whoever was found to be allowed to have it. */
export type RowsOf = (
  id: UserId
) => Effect.Effect<Stream.Stream<ArchivedRow, StorageError>, NotFound | StorageError>

const instants: ReadonlySet<string> = new Set(["at", "since", "createdAt", "changedAt", "removedAt"])

/** A row with its instants in words. */
const told = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      instants.has(name) && typeof value === "number" ? Instant.format(value as Instant.Instant) : value
    ])
  )

const always = {
  start: Instant.MIN_MILLIS as Instant.Instant,
  end: Instant.MAX_MILLIS as Instant.Instant
}

/** Makes what reads everything that is kept of a person. */
export const makeRowsOf = Effect.gen(function* () {
  const personal = yield* PersonalData
  const readings = yield* ReadingStore
  const households = yield* makeHouseholds

  const readingsOf = ({ id, tenantId }: Device): Stream.Stream<ArchivedRow, StorageError> =>
    Stream.unwrap(
      Effect.map(readings.latest(tenantId, [id]), (latest) =>
        Stream.fromIterable(latest.map(({ channel }) => channel).sort()).pipe(
          Stream.flatMap((channel) => readings.scan(tenantId, { deviceId: id, channel, within: always })),
          Stream.map((reading) => ({ table: "readings", row: { deviceId: id, ...told(reading) } }))
        )
      )
    )

  /** The tenants a person administers, and is alone in. */
  const ownTenants = (all: ReadonlyArray<Membership>) =>
    households.aloneIn(all.filter(({ disabledAt, role }) => role === "admin" && disabledAt === null))

  const householdOf = ({ tenantId }: Membership): Stream.Stream<ArchivedRow, StorageError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const tenant = yield* Effect.catchTag(households.tenants.get(tenantId), "NotFound", Effect.die)
        const things = yield* households.thingsOf(tenantId)
        const rows = Object.entries({ tenants: [tenant], ...things }).flatMap(([table, all]) =>
          all.map((row) => ({ table, row: told(row) }))
        )
        return Stream.concat(
          Stream.fromIterable<ArchivedRow>(rows),
          Stream.flatMap(Stream.fromIterable(things.devices), readingsOf)
        )
      })
    )

  const rowsOf: RowsOf = Effect.fnUntraced(function* (id) {
    const own = yield* personal.export(id)
    const tenants = yield* ownTenants(yield* households.ofUser(id))
    const rows = own.flatMap(({ rows, table }) => rows.map((row) => ({ table, row })))
    return Stream.concat(
      Stream.fromIterable<ArchivedRow>(rows),
      Stream.flatMap(Stream.fromIterable(tenants), householdOf)
    )
  })
  return rowsOf
})

/** Makes what gives people what is kept of them. */
export const makeArchive = Effect.gen(function* () {
  const audit = yield* Audit
  const rowsOf = yield* makeRowsOf

  const archive = Effect.fn("Personal.archive")(function* (principal: Principal) {
    const { userId } = yield* signedOf(principal)
    yield* audit.record(principal, { action: "user.export", subject: `user ${userId}` })
    return yield* Effect.catchTag(rowsOf(userId), "NotFound", () =>
      Effect.fail(new Unauthenticated({ message: "sign in again" }))
    )
  })
  return { archive } satisfies Archive
})
