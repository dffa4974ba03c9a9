import { StorageError, type TenantId } from "@wattkit/core"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Cause, Effect, Exit, Layer } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { conditionOf, ruleOf } from "../src/tenancy/rowSecurity.ts"
import { type Relation, relationsOf } from "../src/tenancy/assertRowSecurity.ts"
import { everyRequest, type Request } from "./everyRequest.ts"
import { marked, tenants } from "./twoTenants.ts"

const { acrossTenants, forTenant } = PostgresStorage

/** A random number that is the same for the same seed. */
const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

const wattsOf = (tenantId: TenantId): number => (tenants.indexOf(tenantId) + 1) * 100_000

/** Whose marks are in what somebody was answered, beside their own. */
export const faultsIn = (tenantId: TenantId, answer: unknown): ReadonlyArray<string> => {
  const text = JSON.stringify(answer, (_, value) => (value instanceof Map ? [...value] : value)) ?? ""
  return tenants.filter((other) => {
    if (other === tenantId) return false
    const payload = JSON.stringify(Buffer.from(marked(other))).slice(0, -2)
    const watts = new RegExp(`"powerW":${wattsOf(other) / 100_000}\\d{5}\\b`)
    return (
      [`of ${other}`, `of-${other}`, `"${other}"`, payload].some((mark) => text.includes(mark)) ||
      watts.test(text)
    )
  })
}

/** Tables with a policy, and how a row of them is told to be another's. */
const watchedIn = (relations: ReadonlyArray<Relation>) =>
  relations.flatMap(({ has_tenant_key, kind, name }) => {
    const rule = ruleOf(name, has_tenant_key)
    if (kind === "v" || rule === undefined || conditionOf(rule) === undefined) return []
    const strange =
      "by" in rule
        ? `t.${rule.by} IS DISTINCT FROM wattkit_tenant()`
        : "of" in rule
          ? `NOT EXISTS (SELECT FROM ${rule.of} o WHERE o.${rule.where.replace(`${name}.`, "t.")})`
          : "true"
    return [{ name, strange }]
  })

type Watched = ReturnType<typeof watchedIn>[number]

const broken = new Error("the request was broken off")

/** Statements that name no tenant, so that nothing but row security keeps the tenants apart. */
const bareRequests = (sql: SqlClient.SqlClient, { name, strange }: Watched, tenantId: TenantId) => {
  const count = (condition: string) =>
    Effect.flatMap(
      sql.unsafe<{ count: number }>(`SELECT count(*)::int AS count FROM ${name} t WHERE ${condition}`),
      (rows) => (rows[0]?.count === 0 ? Effect.void : Effect.succeed(`${rows[0]?.count} rows of ${name}`))
    )
  const nothing = Effect.as(sql`SELECT pg_sleep(0.002)`, undefined)
  const seenIn = (work: Effect.Effect<unknown, unknown>) =>
    forTenant(sql.withTransaction(Effect.andThen(work, count(strange))), tenantId)
  const leave = Effect.gen(function* () {
    const connection = yield* sql.reserve
    yield* connection.execute("BEGIN", [], undefined)
    yield* connection.execute("SELECT 1/0", [], undefined)
  }).pipe(Effect.scoped)
  return [
    forTenant(count(strange), tenantId),
    count("true"),
    seenIn(nothing),
    seenIn(Effect.ignore(sql.withTransaction(sql`SELECT 1/0`))),
    seenIn(Effect.ignore(sql`SELECT 1/0`)),
    Effect.andThen(Effect.ignore(forTenant(leave, tenantId)), count("true")),
    forTenant(
      Effect.map(
        sql<{ strange: boolean }>`UPDATE devices SET name = ${marked(tenantId)}
          RETURNING tenant_key <> wattkit_tenant() AS strange`,
        (rows) => (rows.some((row) => row.strange) ? "wrote devices" : undefined)
      ),
      tenantId
    )
  ] as ReadonlyArray<Effect.Effect<string | void, unknown>>
}

/** Lets some requests be broken off at some moment, or fail when they are done. */
const troubled = (request: Request, random: () => number): Request => {
  const luck = random()
  if (luck < 0.12)
    return Effect.timeoutOrElse(request, { duration: random() * 4, orElse: () => Effect.interrupt })
  if (luck < 0.2) {
    const turns = Math.floor(random() * 30)
    const wait = Effect.repeat(Effect.yieldNow, { times: turns })
    return Effect.raceFirst(request, Effect.andThen(wait, Effect.fail(broken)))
  }
  return request
}

/** Ends what other sessions are doing, as an operator would. */
const cancelling = (sql: SqlClient.SqlClient, terminate: boolean) =>
  sql.unsafe(`SELECT ${terminate ? "pg_terminate_backend" : "pg_cancel_backend"}(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'wattkit%' AND pid <> pg_backend_pid()
      AND state = 'active'`)

/**
 * What a request may come to beside an answer. A bare statement may also find its session ended while it
 * rolls back, which the client takes for a defect and the stores tell as a StorageError.
 */
const isExpected = (cause: Cause.Cause<unknown>, isBare: boolean): boolean =>
  cause.reasons.every(
    (reason) =>
      Cause.isInterruptReason(reason) ||
      (Cause.isFailReason(reason) &&
        !(reason.error instanceof StorageError && reason.error.reason === "misconfigured")) ||
      (Cause.isDieReason(reason) && isBare && SqlError.isSqlError(reason.defect))
  )

/**
 * So many requests of two tenants in turn, eight at a time, of which many are broken off. Answers what
 * somebody saw of the other one, and how the requests ended.
 */
export const mixed = Effect.fnUntraced(function* (
  requests: number,
  superuser: Layer.Layer<PostgresStorage.Clients, StorageError>
) {
  const sql = yield* SqlClient.SqlClient
  const watched = watchedIn(yield* acrossTenants(relationsOf(sql)))
  const foreign: Array<string> = []
  const ended = { answered: 0, failed: 0, interrupted: 0 }
  const one = (n: number) => {
    const random = randomOf(n)
    const tenantId = tenants[n % tenants.length]!
    const said = {
      tenantId,
      text: marked(tenantId),
      id: `id-${n % 97}`,
      n,
      powerW: wattsOf(tenantId) + (n % 1000)
    }
    const named = everyRequest(said)
    const bare = bareRequests(sql, watched[Math.floor(random() * watched.length)]!, tenantId)
    const isBare = random() < 0.3
    const [name, request] = isBare
      ? (["a bare statement", bare[Math.floor(random() * bare.length)]!] as const)
      : named[Math.floor(random() * named.length)]!
    return Effect.map(Effect.exit(troubled(request, random)), (exit) => {
      if (Exit.isSuccess(exit)) {
        ended.answered++
        if (isBare && typeof exit.value === "string") foreign.push(`${tenantId} saw ${exit.value}`)
        for (const other of faultsIn(tenantId, exit.value)) foreign.push(`${name}: ${tenantId} saw ${other}`)
        return
      }
      if (!isExpected(exit.cause, isBare)) foreign.push(`${name}: ${Cause.pretty(exit.cause).slice(0, 300)}`)
      if (Exit.hasInterrupts(exit)) ended.interrupted++
      else ended.failed++
    })
  }
  const disturb = Effect.gen(function* () {
    const admin = yield* SqlClient.SqlClient
    for (let i = 1; ; i++) {
      yield* Effect.sleep(40)
      yield* cancelling(admin, i % 10 === 0)
    }
  }).pipe(Effect.provide(Layer.fresh(superuser)), Effect.ignore)
  yield* Effect.forkScoped(disturb)
  yield* Effect.forEach(
    Array.from({ length: requests }, (_, n) => n),
    one,
    { concurrency: 8, discard: true }
  )
  return { foreign: [...new Set(foreign)], ended }
}, Effect.scoped)
