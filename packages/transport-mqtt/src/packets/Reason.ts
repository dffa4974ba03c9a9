import type { Taken } from "../broker/BrokerOptions.ts"

/** Why something is refused or ended, as MQTT 5 numbers it. */
export const Reason = {
  success: 0x00,
  withWill: 0x04,
  noSubscription: 0x11,
  unspecified: 0x80,
  malformed: 0x81,
  protocolError: 0x82,
  unsupportedVersion: 0x84,
  badClientId: 0x85,
  badLogin: 0x86,
  notAuthorized: 0x87,
  unavailable: 0x88,
  busy: 0x89,
  shuttingDown: 0x8b,
  badMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  takenOver: 0x8e,
  filterInvalid: 0x8f,
  topicInvalid: 0x90,
  unknownPacketId: 0x92,
  receiveMaximum: 0x93,
  aliasInvalid: 0x94,
  tooLarge: 0x95,
  quotaExceeded: 0x97,
  noSharing: 0x9e,
  noSubscriptionIds: 0xa1
} as const

export type Reason = (typeof Reason)[keyof typeof Reason]

const ofConnack: Readonly<Partial<Record<Reason, number>>> = {
  [Reason.success]: 0,
  [Reason.unsupportedVersion]: 1,
  [Reason.badClientId]: 2,
  [Reason.unavailable]: 3,
  [Reason.quotaExceeded]: 3,
  [Reason.badLogin]: 4
}

/**
 * The return code with which 3.1.1 says the same of a connection; what it has no word for is not authorised.
 */
export const returnCodeOf = (reason: Reason): number => ofConnack[reason] ?? 5

const ofTaken: { readonly [taken in Taken]: Reason } = {
  stored: Reason.success,
  not_authorized: Reason.notAuthorized,
  quota_exceeded: Reason.quotaExceeded,
  topic_invalid: Reason.topicInvalid
}

/** The reason code of what became of a message. */
export const reasonOf = (taken: Taken): Reason => ofTaken[taken]
