import { ChannelName, mainChannel } from "@wattkit/core"

const longest = 64

/** A channel name made of any text: what a channel may not hold becomes `-`. */
const nameOf = (text: string): ChannelName => {
  const name = text.replace(/[^A-Za-z0-9._:-]+/g, "-").slice(0, longest)
  return ChannelName.make(/^\.{0,2}$/.test(name) ? "channel" : name)
}

/** The channel that a channel beneath a subject goes to: named beneath the one its subject is bound to. */
export const channelBeneath = (bound: ChannelName, said: string): ChannelName => {
  if (said === mainChannel) return bound
  return nameOf(bound === mainChannel ? said : `${bound}.${said}`)
}

/** A channel for one more subject of a device, made of the subject's name and not taken yet. */
export const freeChannel = (subject: string, taken: ReadonlySet<string>): ChannelName => {
  const wanted = nameOf(subject)
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : ChannelName.make(`${wanted.slice(0, longest - 5)}-${n}`)
    if (!taken.has(name)) return name
  }
}
