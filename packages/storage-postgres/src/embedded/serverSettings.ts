import type { DirectoryLayout } from "./directory/directoryLayout.ts"

/** What the embedded server is started with. */
export interface ServerSettings {
  readonly port: number
  readonly listenOn: "" | "127.0.0.1"
  /** undefined where the system has no Unix sockets that Node can use. */
  readonly socketDirectory: string | undefined
  readonly maxConnections: number
  readonly extra: Readonly<Record<string, string>>
}

/**
 * Sized for a small machine that also runs everything else. What makes a commit survive a power cut (fsync,
 * full_page_writes, synchronous_commit) is left at PostgreSQL's default and checked after the start, so that
 * a change in a configuration file is found rather than hidden.
 */
const tuned = (maxConnections: number): Readonly<Record<string, string>> => ({
  max_connections: String(maxConnections),
  // A batch of old readings locks the partition and the index of each of its days.
  max_locks_per_transaction: "256",
  shared_buffers: "128MB",
  jit: "off",
  // Whole pages follow every checkpoint into the log. What compresses them here is slow enough to hold up
  // batches.
  wal_compression: "off",
  // The batch that needs a new segment of the log does not wait until all of it is filled with zeros: a
  // commit writes out what it needs of the file either way.
  wal_init_zero: "off",
  min_wal_size: "512MB",
  max_wal_size: "2GB",
  wal_buffers: "16MB",
  // Pages are written out before somebody needs their place: who stores a batch would have to wait for it.
  bgwriter_delay: "20ms",
  bgwriter_lru_maxpages: "1000",
  bgwriter_lru_multiplier: "4",
  random_page_cost: "1.1"
})

/**
 * The log holds no statements, parameters or key values: it is a file that people send around.
 */
const logging = (layout: DirectoryLayout): Readonly<Record<string, string>> => ({
  logging_collector: "on",
  log_directory: layout.log,
  log_filename: "postgres-%Y-%m-%d_%H%M%S.log",
  log_file_mode: "0600",
  log_rotation_size: "10MB",
  log_rotation_age: "0",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off"
})

/** The arguments of `postgres`; what the caller sets cannot move the server elsewhere. */
export const serverArguments = (layout: DirectoryLayout, settings: ServerSettings): ReadonlyArray<string> => {
  const all = {
    ...tuned(settings.maxConnections),
    ...settings.extra,
    ...logging(layout),
    timezone: "UTC",
    log_timezone: "UTC",
    listen_addresses: settings.listenOn,
    port: String(settings.port),
    unix_socket_directories:
      settings.socketDirectory === undefined ? "" : `"${settings.socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700"
  }
  return ["-D", layout.data, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])]
}
