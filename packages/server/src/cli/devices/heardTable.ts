import type { Heard } from "@wattkit/client"
import { meaningOfName } from "@wattkit/formats"
import { everyOf, missingOf, openNamesOf, saysOf } from "./heardWords.ts"
import { printable, tableOf } from "./Table.ts"

const boundTo = ({ binding }: Heard): ReadonlyArray<string> =>
  binding === null ? ["–"] : [binding.deviceId + (binding.channel === "main" ? "" : `/${binding.channel}`)]

const columns = [
  { title: "FORMAT" },
  { title: "SUBJECT", isFlexible: true },
  { title: "SAYS", isFlexible: true },
  { title: "EVERY" },
  { title: "MISSING", isFlexible: true },
  { title: "BOUND TO", isFlexible: true }
]

/** A word as the shell takes it for one. */
const quoted = (text: string): string =>
  /^[\w./:=@%,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** The command that adopts a subject, with what its numbers probably mean. */
const adoptionOf = ({ channels, format, subject }: Heard): string => {
  const name = quoted(printable(subject))
  const unknown = [...new Set(channels.flatMap((channel) => Object.keys(channel.unknown)))]
  const fields = unknown.flatMap((field) => {
    const meaning = meaningOfName(field)
    if (meaning === undefined) return []
    const { quantity, scale } = meaning
    return [` --field ${quoted(`${printable(field)}=${quantity}${scale === 1 ? "" : `*${scale}`}`)}`]
  })
  return `wattkit devices adopt ${format} ${name} --name ${name}${fields.join("")}`
}

/** What was heard, as a table for people, and how to adopt who is not bound yet. */
export const heardTable = (heard: ReadonlyArray<Heard>, now: number, width: number): string => {
  if (heard.length === 0) return "nobody was heard yet"
  const rows = heard.map((one) => [
    [one.format],
    [one.subject],
    saysOf(one),
    everyOf(one, now),
    missingOf(one),
    boundTo(one)
  ])
  const table = tableOf(columns, rows, width)
  const stranger = heard.find(({ binding }) => binding === null)
  const hints = stranger === undefined ? [] : [`Adopt one, for example:  ${adoptionOf(stranger)}`]
  const puzzle = heard.flatMap(openNamesOf).find((name) => meaningOfName(name) === undefined)
  if (puzzle !== undefined) {
    const field = quoted(`${printable(puzzle)}=importWh*1000`)
    hints.push(`If you know what a number means, say so with it:  --field ${field}`)
  }
  return [table, ...(hints.length > 0 ? [hints.join("\n")] : [])].join("\n\n")
}
