import type { FormatWords } from "../Format.ts"

const device =
  '{"dev":{"ids":"plug-1","name":"Washer"},"o":{"name":"example"},"stat_t":"plugs/1/state",' +
  '"cmps":{"power":{"p":"sensor","uniq_id":"plug-1_power","dev_cla":"power","unit_of_meas":"W",' +
  '"stat_cla":"measurement","val_tpl":"{{ value_json.power }}"},' +
  '"energy":{"p":"sensor","uniq_id":"plug-1_energy","dev_cla":"energy","unit_of_meas":"kWh",' +
  '"stat_cla":"total_increasing","val_tpl":"{{ value_json[\'energy\'] | float(0) }}"}}}'

const entity =
  '{"~":"meters/7","name":"Grid power","uniq_id":"meter7_power","stat_t":"~/power","avty_t":"~/online",' +
  '"dev_cla":"power","unit_of_meas":"kW","stat_cla":"measurement","dev":{"ids":["meter7"]}}'

/** What people are told about Home Assistant's discovery. */
export const words: FormatWords = {
  name: "Home Assistant discovery",
  devices:
    "Everything that announces itself to Home Assistant over MQTT: ESPHome, zigbee2mqtt, OpenDTU, AhoyDTU, " +
    "Tasmota, and hundreds of bridges.",
  setUp: [
    "Let the device publish to a broker that is read here, with its discovery for Home Assistant on.",
    "Its announcements are kept by the broker, so nothing has to be configured: bind the device " +
      "to one of yours."
  ],
  traps: [
    "Units, classes and templates stand in the announcement: values that come before it are not read.",
    "Values a broker kept have no time; they are not taken for values of now.",
    "Where several entities of a device say the same quantity, each is a channel under its object id.",
    "A counter of the day is kept as an extra number where the device also has one of its whole life.",
    "A device that only says what it puts out is taken for a producer: its power counts as export.",
    "Templates are read as far as devices use them: values, arithmetic, a few filters, " +
      "conditions. An entity " +
      "whose template needs more is not read, and its messages wait among those that could not " +
      "be read, with " +
      "the reason.",
    "A number that a template has ready for a missing value, as in float(0), is taken for no " +
      "value: as a zero " +
      "it would make a register begin anew.",
    "What wattkit announces itself is never read back, and neither is anything on wattkit/status, " +
      "wattkit/…/state and wattkit/…/availability."
  ],
  quantities: [
    "powerW",
    "importWh",
    "exportWh",
    "voltageV",
    "currentA",
    "frequencyHz",
    "powerFactor",
    "temperatureC",
    "stateOfChargePct"
  ],
  examples: [
    {
      topic: "homeassistant/device/plug-1/config",
      payload: device,
      says: "describes plug-1"
    },
    {
      topic: "plugs/1/state",
      payload: '{"power":1200.5,"energy":42.125}',
      says: "plug-1 main: powerW 1200.5, importWh 42125"
    },
    {
      topic: "homeassistant/sensor/meter7/power/config",
      payload: entity,
      says: "describes meter7"
    },
    {
      topic: "meters/7/power",
      payload: "-1.25",
      says: "meter7 main: powerW -1250"
    },
    {
      topic: "meters/7/online",
      payload: "offline",
      says: "meter7 is offline"
    }
  ]
}
