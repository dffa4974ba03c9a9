import { Instant, quantities } from "@wattkit/core"
import type { Said, Told } from "./Said.ts"

const saidInWords = ({ at, channel, quantities: told, since, subject, unknown }: Said): string => {
  const values = quantities.flatMap((name) => (told[name] === undefined ? [] : [`${name} ${told[name]}`]))
  const others = Object.entries(unknown).map(([name, value]) => `${name} ${value}?`)
  const begin = since === undefined ? "" : ` since ${Instant.format(since)}`
  const time = at === undefined ? "" : ` at ${Instant.format(at)}`
  return `${subject} ${channel}: ${[...values, ...others].join(", ")}${begin}${time}`
}

/**
 * What a message turned out to be, in one line for each thing said: subject, channel, quantities, and with a
 * question mark the numbers whose meaning the format does not know. Equal words are equal in everything.
 */
export const sayTold = (told: Told | undefined): string => {
  if (told === undefined) return "not of this format"
  switch (told.kind) {
    case "readings":
      return told.said.map(saidInWords).join("\n")
    case "status":
      return `${told.subject} is ${told.isOnline ? "online" : "offline"}`
    case "described":
      return `describes ${told.subjects.join(", ")}`
    case "nothing":
      return `nothing: ${told.why}`
    case "malformed":
      return `malformed: ${told.why}`
  }
}
