/** What a process remembers of a channel. */
export interface Channel {
  readonly key: number
  /** The kinds of quantities that were ever said on it, as `channels.says` has them. */
  says: number
  /** No reading of the channel that this process knows of is later. */
  newest: number
}
