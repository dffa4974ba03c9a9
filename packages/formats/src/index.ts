export type { Said, Told } from "./Said.ts"
export type { Example, Format, FormatWords, Reader, Request } from "./Format.ts"
export { formatById, formats, type FormatsReader, type Read, readerOf } from "./formats.ts"
export { sayTold } from "./sayTold.ts"
export { applyFields } from "./custom/applyFields.ts"
export { knownNames, meaningOfName, type NamedQuantity } from "./custom/knownNames.ts"
export { Field, FormatSpec, Meaning, Rule } from "./spec/FormatSpec.ts"
export { formatOf, interpret, type Interpreted } from "./spec/interpret.ts"
export { specs } from "./specs.ts"
export { emoncms } from "./emoncms/emoncms.ts"
export { announce, isBirth, migrate, withdraw } from "./homeassistant/out/announce.ts"
export {
  type Announcement,
  availabilityTopic,
  configTopic,
  isOwnTopic,
  type Outgoing,
  type Places,
  type Shown,
  usualPlaces
} from "./homeassistant/out/Announcement.ts"
export { type ChannelState, devicePresence, presence, stateOf } from "./homeassistant/out/state.ts"
export { homeAssistant, homeAssistantWith } from "./homeassistant/homeassistant.ts"
export { influx, unitOf as lineUnitOf } from "./influx/influx.ts"
export { faultsOf as lineFaultsOf, type LineFault } from "./influx/readLines.ts"
export { thingsboard } from "./thingsboard/thingsboard.ts"
export { thingspeak } from "./thingspeak/thingspeak.ts"
