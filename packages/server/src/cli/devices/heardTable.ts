import type { Heard } from "@wattkit/client"
import { meaningOfName } from "@wattkit/formats"
import { everyOf, missingOf, saysOf } from "./heardWords.ts"
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
  if (stranger === undefined) return table
  const { channels, format, subject } = stranger
  const name = quoted(printable(subject))
  const unknown = [...new Set(channels.flatMap((channel) => Object.keys(channel.unknown)))]
  const fields = unknown.flatMap((field) => {
    const meaning = meaningOfName(field)
    if (meaning === undefined) return []
    const { quantity, scale } = meaning
    return [` --field ${quoted(`${printable(field)}=${quantity}${scale === 1 ? "" : `*${scale}`}`)}`]
  })
  const command = `wattkit devices adopt ${format} ${name} --name ${name}${fields.join("")}`
  return `${table}\n\nAdopt one, for example:  ${command}`
}
