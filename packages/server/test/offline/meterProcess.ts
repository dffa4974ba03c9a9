import * as files from "node:fs/promises"
import { fileStorage } from "@wattkit/client/queue"
import { type Meter, type MeterOptions, openMeter } from "./Meter.ts"

/** What a process with a meter is asked. */
export type Asked =
  | { readonly id: number; readonly ask: "open"; readonly options: MeterOptions; readonly folder: string }
  | { readonly id: number; readonly ask: "say"; readonly from: number; readonly to: number }
  | { readonly id: number; readonly ask: "correct"; readonly n: number }
  | { readonly id: number; readonly ask: "state" | "flush" }

/** A process that is killed leaves what it wrote, on the disk or not; only a power cut needs the waiting. */
const unflushed = { ...files, writeFile: (path: string, text: string) => files.writeFile(path, text) }

let meter: Meter | undefined

const answer = (asked: Asked): unknown => {
  if (asked.ask === "open") {
    // The locks of a process do not reach the other one.
    meter = openMeter(asked.options, fileStorage(unflushed, asked.folder), null)
    return undefined
  }
  if (meter === undefined) throw new Error("there is no meter yet")
  if (asked.ask === "say") return meter.say(asked.from, asked.to)
  if (asked.ask === "correct") return meter.correct(asked.n)
  return asked.ask === "state" ? meter.state() : meter.flush()
}

process.on("disconnect", () => process.exit())
process.on("message", async (asked: Asked) => {
  try {
    process.send?.({ id: asked.id, value: await answer(asked) })
  } catch (error) {
    process.send?.({ id: asked.id, error: String(error) })
  }
})
