/**
 * The advisory locks of a database. Each is held to the end of a transaction.
 *
 * Whoever needs two of them takes them in the order they stand here.
 */
export const locks = {
  /** One process at a time changes the schema: "watt" in ASCII, and the numbers after it. */
  migrate: 0x77617474,
  /** One process at a time gives up what is no longer kept. */
  retain: 0x77617475,
  /** One process at a time brings usage up to date. */
  refresh: 0x77617477,
  /** One process at a time compares what was heard of devices with their statuses. */
  observe: 0x77617479,
  /** One process at a time makes a key that access tokens are signed with. */
  signingKey: 0x7761747a
} as const
