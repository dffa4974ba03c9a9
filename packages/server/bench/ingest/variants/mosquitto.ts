import { type OpenMosquitto, programOf, startOpenMosquitto } from "../../../../../scripts/bench/Mosquitto.ts"
import { type Shared, shared } from "./shared.ts"

/** Whether mosquitto is on this machine; without it the ways through it are left out. */
export const hasMosquitto = ((): boolean => {
  try {
    programOf("mosquitto")
    return true
  } catch (error) {
    process.stderr.write(`  nothing goes through mosquitto: ${(error as Error).message}\n`)
    return false
  }
})()

/** A mosquitto with room for everything that is sent, which it keeps in memory. */
export const mosquitto: Shared<OpenMosquitto> = shared(
  () => startOpenMosquitto(["max_queued_messages 1000000"]),
  ({ close }) => close()
)
