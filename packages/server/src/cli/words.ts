import type { DemoStarted } from "../demo/Demo.ts"

const block = (title: string, lines: ReadonlyArray<string>): string =>
  [`  ${title}`, ...lines.map((line) => `    ${line}`)].join("\n")

/** What an empty server says when it is ready. */
export const emptyText = (url: string, key: string | undefined): string => {
  const said = [`\nwattkit is ready: ${url}\n`]
  if (key !== undefined) {
    said.push(block("Your key. It is shown this once; keep it:", [key]), "")
    const make =
      `curl -sS ${url}/v1/locations -H "authorization: Bearer ${key}" -H "content-type: application/json" ` +
      '-d \'{"name":"Elm Street 1","kind":"house","zone":"Europe/Berlin","currency":"EUR"}\''
    said.push(block("Make a location:", [make]), "")
  }
  return said.join("\n")
}

/** What the demo says when it is ready: where to look, and three commands that work as they stand. */
export const demoText = (url: string, demo: DemoStarted): string => {
  const { deviceId, gridId, key } = demo
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z")
  const bearer = `-H "authorization: Bearer ${key}"`
  const json = `-H "content-type: application/json"`
  const reading = JSON.stringify({ at, powerW: 420, importWh: 12345.6 })
  const client = import.meta.resolve("@wattkit/client")
  const script = [
    `import { createClient } from "${client}"`,
    `const wattkit = createClient({ baseUrl: "${url}", auth: "${key}" })`,
    `console.log(await wattkit.readings.latest({ id: "${gridId}" }))`
  ].join("; ")
  return [
    `\nwattkit is ready. The dashboard of a simulated house:\n\n  ${url}/#key=${key}\n`,
    block("Store a reading of a meter of your own:", [
      `curl -sS ${url}/v1/devices/${deviceId}/energy/readings ${bearer} ${json} -d '${reading}'`
    ]),
    block("Ask for the latest readings of the grid meter:", [
      `curl -sS ${url}/v1/devices/${gridId}/energy/readings/latest ${bearer}`
    ]),
    block("The same from Node:", [`node --input-type=module -e '${script}'`]),
    ""
  ].join("\n")
}
