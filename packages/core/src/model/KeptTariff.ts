import type { LocalDate } from "../time/LocalDate.ts"
import type { Instant } from "../time/Instant.ts"
import type { TariffId, TenantId } from "./ids.ts"

/** A tariff as it is kept. What it says is JSON that only `@wattkit/tariff` understands. */
export interface KeptTariff {
  readonly id: TariffId
  readonly tenantId: TenantId
  readonly name: string
  /** At most 1 MiB of JSON. */
  readonly definition: unknown
  readonly createdAt: Instant
  readonly changedAt: Instant
  /** When it was removed. It can be assigned no more, but what was billed under it can be explained. */
  readonly removedAt?: Instant
}

/** A tariff that is in force at a location for one direction, from a day on until the next one is. */
export interface TariffAssignment {
  readonly direction: "import" | "export"
  readonly from: LocalDate
  readonly tariffId: TariffId
}

/** Assignments in their order: by direction, then by the day they begin. */
export const inOrder = (assignments: ReadonlyArray<TariffAssignment>): ReadonlyArray<TariffAssignment> =>
  assignments.toSorted(
    (a, b) => compare(a.direction, b.direction) || compare(a.from, b.from) || compare(a.tariffId, b.tariffId)
  )

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
