/**
 * What a column holds, by which it is exported, erased and kept out of logs.
 *
 * `personal` says something about a person, or is text that somebody wrote. `secret` gives access, or proves
 * who somebody is. `measured` is what devices said of a household, and what follows from it. `operational` is
 * what remains: keys, instants of our own, states.
 */
export type DataClass = "personal" | "secret" | "measured" | "operational"

/** The columns of a table by their class. A text holds the names of several. */
export type TableClasses = { readonly [dataClass in DataClass]?: string }

const said = `power_w import_wh export_wh import_delta_wh export_delta_wh voltage_v current_a
  frequency_hz power_factor temperature_c state_of_charge_pct since extra`

const cells = "imported exported estimated power_min_w power_max_w covered_ms readings quality events"

/**
 * The class of every column of every table and view. A column that is missing here, or stands here twice,
 * fails the tests: nobody adds one without deciding what it holds.
 */
export const dataClasses: { readonly [table: string]: TableClasses } = {
  api_keys: {
    operational: "id tenant_key device_id user_key locations scopes prefix created_at expires_at revoked_at",
    personal: "name last_used_at",
    secret: "digest"
  },
  audit_logs: {
    operational: "tenant_key number at action previous hash",
    personal: "by subject before after"
  },
  bindings: { operational: "tenant_key format device_key channel fields created_at", personal: "subject" },
  channels: { operational: "key tenant_key device_key name rules says" },
  consents: { operational: "number user_key", personal: "at is_given subject version" },
  dead_letters: {
    operational: `tenant_key received_at settled_at bytes is_retained id carrier reason format device_id
      settled_as`,
    personal: "topic detail subject settled_by",
    measured: "payload"
  },
  device_reports: { operational: "device_key", measured: "at status" },
  device_state: { operational: "tenant_key channel_key received_at", measured: `at ${said}` },
  device_status_history: { operational: "device_key", measured: "at status" },
  devices: {
    operational: "key id tenant_key location_id parent_id role kind created_at removed_at",
    personal: "name"
  },
  energy_daily: { operational: "tenant_key channel_key", measured: `start_at end_at day ${cells}` },
  energy_hourly: { operational: "channel_key", measured: `start ${cells}` },
  green_energy_daily: {
    operational: "tenant_key location_id",
    measured: "day start_at end_at generated self_consumed exported_to_grid imported_from_grid"
  },
  idempotent_requests: { operational: "tenant_key begun_at id fingerprint", secret: "answer" },
  // Whoever has the parts of an archive has all that is kept of a person.
  job_parts: { operational: "job_key part", secret: "bytes" },
  jobs: {
    operational: `key tenant_key user_key run_at created_at started_at finished_at lease_until back_off_ms
      priority attempts max_attempts progress is_cancel_asked id state queue kind once worker error_code`,
    personal: "by error_message result",
    secret: "payload"
  },
  location_zones: { operational: "tenant_key location_id from_date", personal: "zone" },
  locations: {
    operational: "id tenant_key kind currency created_at removed_at",
    personal: "name zone address area_m2 occupants"
  },
  membership_locations: { operational: "tenant_key user_key location_id" },
  memberships: { operational: "tenant_key user_key created_at role disabled_at" },
  notification_preferences: { operational: "user_key", personal: "preferences" },
  notifications: {
    operational: "tenant_key user_key created_at id kind",
    personal: "read_at title body data"
  },
  one_time: { operational: "user_key tenant_key expires_at purpose", secret: "digest" },
  quarantine: {
    operational: "tenant_key id device_key reason received_at settled_at settled_as shifted_ms",
    personal: "settled_by",
    measured: "reading"
  },
  reading_revisions: {
    operational: "channel_key made_at received_at",
    personal: "by reason",
    measured: `at ${said}`
  },
  readings: { operational: "channel_key received_at made_at", measured: `at ${said}` },
  readings_horizon: { operational: "one readings_from" },
  refresh_tokens: { operational: "session_key spent_at", secret: "digest next_digest" },
  sessions: {
    operational: "key tenant_key user_key expires_at ended_at id",
    personal: "created_at used_at agent"
  },
  signing_keys: { operational: "created_at expires_at id public_jwk", secret: "sealed" },
  tariff_assignments: { operational: "tenant_key location_id direction from_date tariff_id" },
  tariffs: {
    operational: "tenant_key id created_at changed_at removed_at",
    personal: "name definition"
  },
  tenants: { operational: "key id created_at", personal: "name" },
  usage_15m: { operational: "channel_key", measured: `start ${cells}` },
  usage_stale: { operational: "id marked_at channel_keys froms tos days_only" },
  users: {
    operational: "key version created_at verified_at disabled_at erase_at totp_confirmed_at totp_step",
    personal: "id email name preferences",
    secret: "password_hash totp_sealed recovery_digests"
  },
  wattkit_migrations: { operational: "migration_id created_at name" }
}

/** The columns that classes name, each with its class, those named twice twice. */
export const columnsOf = (classes: TableClasses): ReadonlyArray<readonly [string, string]> =>
  Object.entries(classes).flatMap(([dataClass, columns]) =>
    columns.split(/\s+/).map((column) => [column, dataClass] as const)
  )
