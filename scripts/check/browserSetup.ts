import * as Chromium from "./Chromium.ts"

/** Gives every browser test the same `WATTKIT_CHROMIUM`, also when vitest is called directly. */
export default function setup(): void {
  const path = Chromium.find()
  if (path === undefined) throw new Error(Chromium.advice)
  process.env["WATTKIT_CHROMIUM"] = path
}
