import { type Field, type Format, formats, type FormatSpec, type Meaning, specs } from "../src/index.ts"

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``

const list = (texts: ReadonlyArray<string>): string => texts.map((text) => `- ${text}`).join("\n")

const steps = (texts: ReadonlyArray<string>): string =>
  texts.map((text, index) => `${index + 1}. ${text}`).join("\n")

/** Phases differ by their number alone: one line tells them all. */
const withoutPhase = (text: string): string => text.replace(/(?<![A-Za-z0-9])([Llp])[123](?![0-9])/g, "$1…")

const meant = (meaning: Meaning | Field): string => {
  if ("ignored" in meaning) return `left out: ${meaning.ignored}`
  if ("byName" in meaning) return "by its name"
  if (!("is" in meaning)) return "kept as a number without a quantity"
  const unit = meaning.in === undefined ? "" : `, sent in ${meaning.in}`
  const turned = meaning.negated === true ? ", direction turned round" : ""
  const channel = meaning.channel === undefined ? "" : `, channel ${withoutPhase(meaning.channel)}`
  return `${code(meaning.is)}${unit}${turned}${channel}`
}

const placeOf = ({ at }: Field): string =>
  typeof at === "string" ? (at === "" ? "the payload" : code(at)) : at.map(code).join(" + ")

/** What is read, from the data of the format. */
const readTable = ({ names = {}, rules }: FormatSpec): string => {
  const fields = rules.flatMap((rule) => (rule.says === "object" ? rule.fields : []))
  const rows = [
    ...fields.map((field) => `| ${withoutPhase(placeOf(field))} | ${meant(field)} |`),
    ...Object.entries(names).map(([name, meaning]) => `| ${code(withoutPhase(name))} | ${meant(meaning)} |`)
  ]
  return ["| where or under which name | what it means |", "| --- | --- |", ...new Set(rows)].join("\n")
}

const exampleOf = ({ payload, says, topic }: Format["words"]["examples"][number]): string =>
  ["```text", topic, ...payload.split(/\r?\n/), ...says.split("\n").map((line) => `→ ${line}`), "```"].join(
    "\n"
  )

const sectionOf = ({ id, topics, words }: Format): string => {
  const spec = specs.get(id)
  return [
    `## ${words.name}`,
    `${words.devices}. Its name in bindings is ${code(id)}.`,
    `**Set-up**\n\n${steps(words.setUp)}`,
    `**How it is read**\n\n${list(words.traps)}`,
    `Topics: ${[...new Set(topics)].map(code).join(" ")}`,
    `Quantities: ${words.quantities.map(code).join(" ")}`,
    ...(spec === undefined ? [] : [readTable(spec)]),
    `**Examples**\n\n${words.examples.map(exampleOf).join("\n\n")}`
  ].join("\n\n")
}

const overview = (): string =>
  [
    "| format | devices |",
    "| --- | --- |",
    ...formats.map(({ id, words }) => `| ${code(id)} | ${words.devices} |`)
  ].join("\n")

/** The page of all formats, made of the data they are read with. */
export const formatsPage = (): string => `---
title: Formats
---

# Formats

What devices really send, and what becomes of it. A message is read by the format its topic belongs to; a
binding says which device its subject is. All values are read into W, Wh, V, A, Hz, °C and %, powers positive
where energy flows into what is measured. What a device gives, such as an inverter, is export.

- A value that is null, absent or no number is nothing, and never 0.
- A time without an offset is no instant: then the time of arrival counts. So it does when a device's clock
  shows a time before 2010.
- What a broker kept from earlier and what has no time of its own tells nothing of now and becomes no reading.
- Counters of a day, and energy since the last message, are no lifetime registers and are left out.
- A number whose meaning the format does not know is kept under its name, here with a question mark. A binding
  can say what it means.

${overview()}

${formats.map(sectionOf).join("\n\n")}

This page is made from \`packages/formats/src\` by \`pnpm generate\`; its examples are executed in the tests.
`
