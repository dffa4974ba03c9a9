import { Buffer } from "node:buffer"

/** The longest topic that is served, in bytes; the protocol would allow 65,535. */
export const mostBytes = 1024

/** The most levels a topic or filter may have, so that finding who listens stays cheap. */
export const mostLevels = 32

// No character of a string takes more than three bytes in UTF-8 for each of its code units.
const fits = (text: string): boolean => text.length * 3 <= mostBytes || Buffer.byteLength(text) <= mostBytes

const hasFewLevels = (text: string): boolean => {
  let levels = 1
  for (let at = text.indexOf("/"); at !== -1; at = text.indexOf("/", at + 1)) levels++
  return levels <= mostLevels
}

// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000+#]/

/** Whether text can be the topic or the filter of anything: not empty, not too long, no NUL, true Unicode. */
export const isSound = (text: string): boolean =>
  text !== "" && !text.includes("\u0000") && fits(text) && hasFewLevels(text) && text.isWellFormed()

/** Whether something can be published to this topic. */
export const isTopic = (text: string): boolean => !forbidden.test(text) && isSound(text)
