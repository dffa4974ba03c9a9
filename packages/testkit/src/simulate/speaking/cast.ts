import type { House } from "../house/Household.ts"
import { announcedFridge } from "./announced/Fridge.ts"
import { announcedPump } from "./announced/Pump.ts"
import { p1Meter } from "./dsmr/P1.ts"
import { dsmrReader } from "./dsmr/Reader.ts"
import { shellyEm } from "./shelly/Em.ts"
import { shellyPm } from "./shelly/Pm.ts"
import { ahoyDtu } from "./solar/AhoyDtu.ts"
import { openDtu, openDtuTotal } from "./solar/OpenDtu.ts"
import type { Speaker } from "./Speaker.ts"
import { tasmotaBoard } from "./tasmota/Board.ts"
import { tasmotaHead } from "./tasmota/Head.ts"
import { tasmotaPlug } from "./tasmota/Plug.ts"

/** Everything in the house that speaks, beginning anew. The grid is measured by four meters at once. */
export const castOf = (house: House): ReadonlyArray<Speaker> => [
  tasmotaPlug(house, { key: "washer", topic: "washer", resetMinute: 13 * 60 + 2 }),
  tasmotaPlug(house, {
    key: "dishwasher",
    topic: "dishwasher",
    preset: { minute: 16 * 60 + 3, to: 24_000_000_000 }
  }),
  tasmotaBoard(house, "board", ["battery", "charger", "lights"]),
  tasmotaHead(house, "head"),
  shellyEm(house, "shellypro3em-grid"),
  shellyPm(house, { key: "battery", prefix: "shellypmmini-battery", component: "pm1:0", returns: true }),
  shellyPm(house, {
    key: "kitchen",
    prefix: "shellyplus1pm-kitchen",
    component: "switch:0",
    returns: false
  }),
  openDtu(house, "116180212345"),
  openDtuTotal(house),
  ahoyDtu(house, "garage"),
  p1Meter(house, "meter/telegram", "E0043007052870318"),
  dsmrReader(house),
  announcedPump(house),
  announcedFridge(house)
]
