import * as Mosquitto from "./Mosquitto.ts"

/**
 * Gives every test the same `WATTKIT_MOSQUITTO`, also when vitest is called directly. Where there is none,
 * the tests that need one fail with advice, and all others run.
 */
export default function setup(): void {
  const path = Mosquitto.find()
  if (path === undefined) process.stderr.write(`${Mosquitto.advice}\n`)
  else process.env["WATTKIT_MOSQUITTO"] = path
}
