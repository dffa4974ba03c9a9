import { PgTypes } from "@effect/sql-pg"
import type { ChannelName, DeviceId, TenantId } from "@wattkit/core"
import { Effect, Result } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { Channel } from "./Channel.ts"

/** Whose channel is asked for. */
interface Whose {
  readonly deviceId: DeviceId
  readonly channel: ChannelName
}

/** Whose channel is to be made, and the kinds of quantities it is about to hold. */
interface Asked extends Whose {
  readonly says: number
}

/** The keys of channels, remembered by this process. */
export interface ChannelKeys {
  /** The key of a channel; undefined where the tenant has no such channel. */
  readonly find: (tenantId: TenantId, whose: Whose) => Effect.Effect<number | undefined, SqlError.SqlError>
  /**
   * The channel of each that is asked for, made when it is missing, with the kinds of quantities it is about
   * to hold written down; undefined where the tenant has no such device.
   */
  readonly resolve: (
    tenantId: TenantId,
    asked: ReadonlyArray<Whose>,
    says: (i: number) => number
  ) => Effect.Effect<ReadonlyArray<Channel | undefined>, SqlError.SqlError>
}

type Devices = Map<DeviceId, Map<ChannelName, Channel>>

const array = (values: ReadonlyArray<unknown>, oid: number): PgTypes.Parameter =>
  Result.getOrThrow(PgTypes.array(values, oid))

const ids = (asked: ReadonlyArray<Asked>) =>
  array(
    asked.map(({ deviceId }) => deviceId),
    PgTypes.OID.text
  )

const names = (asked: ReadonlyArray<Asked>) =>
  array(
    asked.map(({ channel }) => channel),
    PgTypes.OID.text
  )

const int4s = (values: ReadonlyArray<number>) => array(values, PgTypes.OID.int4)

/** What is asked for and not remembered, once each, and what channels do not say yet. */
const lookUp = (devices: Devices, asked: ReadonlyArray<Whose>, saysOf: (i: number) => number) => {
  const missing = new Map<string, Asked>()
  const grown = new Map<Channel, number>()
  const found = asked.map(({ channel, deviceId }, i) => {
    const known = devices.get(deviceId)?.get(channel)
    const says = saysOf(i)
    if (known === undefined) {
      const name = `${deviceId}/${channel}`
      missing.set(name, { deviceId, channel, says: (missing.get(name)?.says ?? 0) | says })
    } else if ((known.says & says) !== says) {
      grown.set(known, (grown.get(known) ?? known.says) | says)
    }
    return known
  })
  return { found, missing: [...missing.values()], grown }
}

/** Writes down that channels say more; by key, because all lock in this order. */
const grow = (sql: SqlClient.SqlClient, grown: ReadonlyMap<Channel, number>) => {
  const channels = [...grown].sort(([a], [b]) => a.key - b.key)
  const keys = channels.map(([{ key }]) => BigInt(key))
  const bits = channels.map(([, says]) => says)
  return Effect.map(
    sql`UPDATE channels c SET says = c.says | g.says
      FROM unnest(${array(keys, PgTypes.OID.int8)}::bigint[], ${int4s(bits)}::int[]) AS g (key, says)
      WHERE c.key = g.key`,
    () => {
      for (const [channel, says] of channels) channel.says |= says
    }
  )
}

/** Remembers the channels that are there, and answers their places, from 1, among those asked for. */
const load = (sql: SqlClient.SqlClient, devices: Devices, tenantId: TenantId, asked: ReadonlyArray<Asked>) =>
  Effect.map(
    sql<{ place: number; key: number; says: number; newest: Date | null }>`
      SELECT a.place::int AS place, c.key::float8 AS key, c.says, s.at AS newest
      FROM unnest(${ids(asked)}::text[], ${names(asked)}::text[]) WITH ORDINALITY AS a (id, name, place)
      JOIN devices d ON d.id = a.id AND d.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
      JOIN channels c ON c.device_key = d.key AND c.name = a.name
      LEFT JOIN device_state s ON s.channel_key = c.key`,
    (rows) => {
      for (const { key, newest, place, says } of rows) {
        const { channel, deviceId } = asked[place - 1]!
        const channels = devices.get(deviceId) ?? new Map<ChannelName, Channel>()
        devices.set(deviceId, channels)
        // Of two who asked at the same time the second one leaves what the first one has remembered.
        if (channels.has(channel)) continue
        channels.set(channel, { key, says, newest: newest?.getTime() ?? Number.NEGATIVE_INFINITY })
      }
      return new Set(rows.map(({ place }) => place))
    }
  )

/** Makes channels of the devices that are there; by key, because all lock in this order. */
const makeMissing = (sql: SqlClient.SqlClient, tenantId: TenantId, asked: ReadonlyArray<Asked>) => {
  const says = int4s(asked.map((one) => one.says))
  return sql`INSERT INTO channels (tenant_key, device_key, name, says)
    SELECT d.tenant_key, d.key, a.name, a.says
    FROM unnest(${ids(asked)}::text[], ${names(asked)}::text[], ${says}::int[]) AS a (id, name, says)
    JOIN devices d ON d.id = a.id AND d.tenant_key = (SELECT key FROM tenants WHERE id = ${tenantId})
    ORDER BY d.key, a.name COLLATE "C"
    ON CONFLICT (device_key, name) DO UPDATE SET says = channels.says | excluded.says
    RETURNING key`
}

/**
 * Remembers every channel it has seen: a key never changes, and a device that is there stays. A device that
 * is not there is asked for again each time, because it may be registered by then.
 */
export const make = (sql: SqlClient.SqlClient): ChannelKeys => {
  const tenants = new Map<TenantId, Devices>()
  const devicesOf = (tenantId: TenantId): Devices => {
    const devices: Devices = tenants.get(tenantId) ?? new Map()
    tenants.set(tenantId, devices)
    return devices
  }

  const fill = Effect.fnUntraced(function* (
    tenantId: TenantId,
    devices: Devices,
    asked: ReadonlyArray<Asked>
  ) {
    const places = yield* load(sql, devices, tenantId, asked)
    const unmade = asked.filter((_, i) => !places.has(i + 1))
    if (unmade.length === 0) return
    const made = yield* makeMissing(sql, tenantId, unmade)
    if (made.length > 0) yield* load(sql, devices, tenantId, unmade)
  })

  return {
    find: (tenantId, whose) => {
      const devices = devicesOf(tenantId)
      const known = () => devices.get(whose.deviceId)?.get(whose.channel)?.key
      const key = known()
      return key === undefined
        ? Effect.map(load(sql, devices, tenantId, [{ ...whose, says: 0 }]), known)
        : Effect.succeed(key)
    },
    resolve: (tenantId, asked, says) => {
      const devices = devicesOf(tenantId)
      const first = lookUp(devices, asked, says)
      if (first.missing.length === 0 && first.grown.size === 0) return Effect.succeed(first.found)
      return Effect.gen(function* () {
        if (first.missing.length > 0) yield* fill(tenantId, devices, first.missing)
        const { found, grown } = lookUp(devices, asked, says)
        if (grown.size > 0) yield* grow(sql, grown)
        return found
      })
    }
  }
}
