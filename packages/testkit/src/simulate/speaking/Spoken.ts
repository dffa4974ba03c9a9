/** A message as its device publishes it. */
export interface Spoken {
  /** When it is published, in epoch milliseconds. */
  readonly at: number
  readonly topic: string
  readonly payload: string
  readonly retain: boolean
  readonly qos: 0 | 1
}

/** What a device says at a moment, before it is known when that is. */
export interface Said extends Omit<Spoken, "at"> {
  /** So many milliseconds after the moment it is about. */
  readonly afterMs: number
}

/** Something said; bare or as JSON. */
export const say = (topic: string, payload: unknown, over: Partial<Said> = {}): Said => ({
  topic,
  payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  retain: false,
  qos: 0,
  afterMs: 0,
  ...over
})
