import { rmSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import * as Command from "../bench/import/command.ts"
import * as House from "../bench/import/house.ts"
import * as Rows from "../bench/import/rows.ts"

// Usage: node packages/server/scripts/importYear.ts [--rows 15800000]
// Imports a year of minutes of thirty devices with Ctrl-C and a resume, and appends the same from memory.

const { values } = parseArgs({ options: { rows: { type: "string", default: "15800000" } } })
const rows = Number.parseInt(values.rows, 10)

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const number = (value: number): string => Math.round(value).toLocaleString("en-US")
const perSecond = (units: number, seconds: number): string => `${number(units / seconds)} rows/s`

const fromMemory = async (): Promise<number> => {
  const dataDir = await House.make()
  const opened = House.open(dataDir)
  const seconds = (await House.appendFromMemory(opened, 0, rows)) / 1000
  await opened.dispose()
  House.remove(dataDir)
  return seconds
}

const fromFile = async (): Promise<{ readonly seconds: number; readonly isExact: boolean }> => {
  const dataDir = await House.make()
  const path = join(dataDir, "year.csv")
  await Rows.write(path, 0, rows)
  const { first, second } = await Command.runInTwo(path, dataDir, { show: true })
  if (second === undefined) throw new Error("it was over before it could be stopped; take more --rows")
  const seconds = first.seconds + second.seconds
  const peak = Math.max(first.peakRssBytes, second.peakRssBytes)
  const stored = await House.count(dataDir)
  say(`stopped after ${number(first.accepted)} rows, then resumed`)
  say(`import: ${number(rows)} rows in ${seconds.toFixed(1)} s, ${perSecond(rows, seconds)}`)
  const { accepted, duplicates, rejected } = second
  say(`accepted ${accepted}, duplicates ${duplicates}, rejected ${rejected}, stored ${stored}`)
  say(`peak memory of the command: ${Math.round(peak / 1e6)} MB`)
  rmSync(path)
  House.remove(dataDir)
  return { seconds, isExact: accepted === rows && duplicates === 0 && stored === rows && peak < 300e6 }
}

const imported = await fromFile()
const seconds = await fromMemory()
say(`append of the same from memory: ${perSecond(rows, seconds)}`)
say(`ratio ${(seconds / imported.seconds).toFixed(2)}`)
process.exitCode = imported.isExact ? 0 : 1
