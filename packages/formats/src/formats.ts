import type { FormatId, Message } from "@wattkit/core"
import { dsmrReader } from "./dsmr/reader/dsmrReader.ts"
import { dsmr } from "./dsmr/telegram/dsmr.ts"
import { emoncms } from "./emoncms/emoncms.ts"
import type { Format, Request } from "./Format.ts"
import { homeAssistant } from "./homeassistant/homeassistant.ts"
import { homewizard } from "./homewizard/homewizard.ts"
import { ahoydtu } from "./hoymiles/ahoydtu/ahoydtu.ts"
import { opendtu } from "./hoymiles/opendtu/opendtu.ts"
import { influx } from "./influx/influx.ts"
import { plain } from "./plain/plain.ts"
import type { Told } from "./Said.ts"
import { senml } from "./senml/senml.ts"
import { shellyGen1 } from "./shelly/gen1/shellyGen1.ts"
import { shellyGen2 } from "./shelly/gen2/shellyGen2.ts"
import { fewestFilters } from "./spec/filters.ts"
import { tasmota } from "./tasmota/tasmota.ts"
import { thingsboard } from "./thingsboard/thingsboard.ts"
import { thingspeak } from "./thingspeak/thingspeak.ts"
import { victron } from "./victron/victron.ts"
import { wattkit } from "./wattkit/wattkit.ts"
import { zigbee2mqtt } from "./zigbee2mqtt/zigbee2mqtt.ts"

/**
 * Every format there is. Where two of them read the same topic, the first one does: those whose topics are
 * their own come before those whose topics could be anybody's, and `plain` takes what is left.
 */
export const formats: ReadonlyArray<Format> = [
  wattkit,
  tasmota,
  shellyGen1,
  victron,
  zigbee2mqtt,
  homewizard,
  opendtu,
  ahoydtu,
  dsmr,
  dsmrReader,
  influx,
  emoncms,
  thingsboard,
  thingspeak,
  homeAssistant,
  senml,
  shellyGen2,
  plain
]

const byId = new Map(formats.map((format) => [format.id, format]))

/** The format of a name, undefined where there is none. */
export const formatById = (id: FormatId): Format | undefined => byId.get(id)

/** What a message turned out to be, and which format says so. */
export interface Read {
  readonly format: FormatId
  readonly told: Told
}

/** Reads messages in several formats, with a memory of its own. */
export interface FormatsReader {
  /** The fewest topic filters that hold every topic of the formats. */
  readonly topics: ReadonlyArray<string>
  /** Undefined where the topic is of none of the formats. */
  readonly read: (message: Message) => Read | undefined
  /** What has to be published for devices to go on. */
  readonly requests: () => ReadonlyArray<Request>
}

/**
 * A reader of several formats, by their names and in the order of `formats`; of all of them when none are
 * named. Names nobody knows are passed over.
 */
export const readerOf = (ids?: ReadonlyArray<FormatId>): FormatsReader => {
  const wanted = ids === undefined ? undefined : new Set(ids)
  const read = formats.filter(({ id }) => wanted?.has(id) ?? true)
  const readers = read.map(({ id, makeReader }) => ({ id, reader: makeReader() }))
  return {
    topics: fewestFilters(read.flatMap(({ topics }) => topics)),
    read: (message) => {
      for (const { id, reader } of readers) {
        const told = reader.read(message)
        if (told !== undefined) return { format: id, told }
      }
      return undefined
    },
    requests: () => readers.flatMap(({ reader }) => reader.requests?.() ?? [])
  }
}
