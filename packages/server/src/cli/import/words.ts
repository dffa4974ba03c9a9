import { existsSync } from "node:fs"
import { count } from "../transfer/Progress.ts"
import type { Devices } from "./Devices.ts"
import type { Imported } from "./importFile.ts"

/** Devices that are named one by one; a file with more of them has another problem. */
const named = 10

const reasonWords = (reasons: Imported["reasons"]): string =>
  Object.entries(reasons)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, rows]) => `${count(rows)} ${reason}`)
    .join(", ")

/** What became of a file, for a person. */
export const summary = (file: Imported, rejectedPath: string, isDry: boolean): string => {
  const { accepted, doubled, duplicates, isStopped, path, reasons, rejected, rows, seconds } = file
  const perSecond = count(rows / Math.max(seconds, 0.001))
  const speed = `${count(rows)} rows in ${seconds.toFixed(1)} s, ${perSecond} rows/s`
  const stored = isDry
    ? `${count(accepted)} can be stored`
    : `${count(accepted)} accepted, ${count(duplicates)} duplicates`
  const lines = [
    `${path}: ${isStopped ? "stopped after " : ""}${speed}: ${stored}, ${count(rejected)} rejected`
  ]
  if (rejected > 0 && existsSync(rejectedPath)) {
    lines.push(`  rejected (${reasonWords(reasons)}), each row with its reason: ${rejectedPath}`)
  }
  if (doubled > 0) {
    lines.push(
      `  ${count(doubled)} rows are of an hour that occurred twice; their order decided which of the two`
    )
  }
  return lines.join("\n")
}

/** What is to be said of devices that are not there, or were made. */
export const deviceWords = ({ created, unknown }: Devices): ReadonlyArray<string> => {
  const lines: Array<string> = []
  if (created.length > 0) {
    const rest = created.length > named ? " and more" : ""
    lines.push(`${count(created.length)} devices registered: ${created.slice(0, named).join(", ")}${rest}`)
  }
  if (unknown.size > 0) {
    const most = [...unknown].sort(([, a], [, b]) => b - a).slice(0, named)
    const listed = most.map(([id, rows]) => `${id} (${count(rows)} rows)`).join(", ")
    const rest = unknown.size > named ? ` and ${count(unknown.size - named)} more` : ""
    lines.push(
      `${count(unknown.size)} devices are not registered: ${listed}${rest}; ` +
        "register them, or let the import do it with --create-devices LOCATION"
    )
  }
  return lines
}

/** How to go on after a stop. */
export const resumeWords = (path: string): string =>
  path === "-"
    ? "What was read is stored. Standard input cannot be resumed; sent again, what is stored is a duplicate."
    : "What was read is stored. Go on with the same command and --resume."
