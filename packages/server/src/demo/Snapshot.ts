import { randomBytes } from "node:crypto"
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { House } from "@wattkit/testkit/simulate"

/** What a later start needs to go on where this one ends. */
export interface Snapshot {
  readonly version: 1
  readonly key: string
  readonly house: House.House
  readonly state: House.HouseState
  /** The step of the physics after `state`; another step would tell another story. */
  readonly stepMs: number
}

const fileIn = (dataDir: string): string => join(dataDir, "demo.json")

/** The snapshot of an earlier start, if there is one that can be read. */
export const read = (dataDir: string): Snapshot | undefined => {
  try {
    const found = JSON.parse(readFileSync(fileIn(dataDir), "utf8")) as Partial<Snapshot>
    return found.version === 1 && found.state?.version === 1 ? (found as Snapshot) : undefined
  } catch {
    return undefined
  }
}

/** Replaces the snapshot in one step. It holds a key, so nobody else may read it. */
export const write = (dataDir: string, snapshot: Snapshot): void => {
  const temporary = `${fileIn(dataDir)}.${randomBytes(4).toString("hex")}`
  writeFileSync(temporary, JSON.stringify(snapshot), { mode: 0o600 })
  renameSync(temporary, fileIn(dataDir))
}
