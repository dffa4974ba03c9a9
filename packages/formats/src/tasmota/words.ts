import type { FormatWords } from "../Format.ts"

const examples: FormatWords["examples"] = [
  {
    topic: "tasmota/discovery/DC4F22ABCDEF/config",
    payload:
      '{"ip":"192.168.1.7","dn":"Kitchen","t":"kitchen","ft":"%prefix%/%topic%/","tp":["cmnd","stat",' +
      '"tele"]}',
    says: "describes kitchen"
  },
  {
    topic: "tele/kitchen/SENSOR",
    payload:
      '{"Time":"2026-01-09T18:57:39","ENERGY":{"TotalStartTime":"2024-03-01T10:00:00","Total":1234.567,' +
      '"Yesterday":1.204,"Today":0.532,"Period":3,"Power":230,"ApparentPower":241,"ReactivePower":72,' +
      '"Factor":0.95,"Voltage":229,"Current":1.052,"Frequency":50}}',
    says:
      "kitchen main: powerW 230, importWh 1234567, voltageV 229, currentA 1.052, frequencyHz 50, " +
      "powerFactor 0.95, ApparentPower 241?, ReactivePower 72?"
  },
  {
    topic: "tele/kitchen/SENSOR",
    payload: '{"Time":"2026-01-09T18:57:39+01:00","ENERGY":{"Total":1234.567,"Power":230}}',
    says: "kitchen main: powerW 230, importWh 1234567 at 2026-01-09T17:57:39Z"
  },
  {
    topic: "tele/threephase/SENSOR",
    payload:
      '{"Time":"2026-01-09T18:57:39","Epoch":1767981459,"ENERGY":{"Total":120.5,"ExportActive":[4.5,0.25,' +
      "1]," +
      '"Power":[490,10,-20],"Voltage":[230,231,229],"Current":[2.13,0.05,0.1],"Frequency":50}}',
    says: [
      "threephase main: powerW 480, importWh 120500, exportWh 5750, frequencyHz 50 at 2026-01-09T17:57:39Z",
      "threephase 1: powerW 490, exportWh 4500, voltageV 230, currentA 2.13 at 2026-01-09T17:57:39Z",
      "threephase 2: powerW 10, exportWh 250, voltageV 231, currentA 0.05 at 2026-01-09T17:57:39Z",
      "threephase 3: powerW -20, exportWh 1000, voltageV 229, currentA 0.1 at 2026-01-09T17:57:39Z"
    ].join("\n")
  },
  {
    topic: "tele/grid/SENSOR",
    payload:
      '{"Time":"2026-01-09T18:57:39","SML":{"Total_in":34507.4761,"Total_out":120.5,"Power_curr":-894,' +
      '"Meter_id":"0a014c47"}}',
    says: "grid main: powerW -894, importWh 34507476.1, exportWh 120500"
  },
  {
    topic: "tele/cellar/SENSOR",
    payload:
      '{"Time":"2026-01-09T18:57:39","ENERGY":{"Total":5,"Power":null},' +
      '"DS18B20":{"Id":"01145B","Temperature":68},"TempUnit":"F"}',
    says: "cellar main: importWh 5000\ncellar DS18B20: temperatureC 20"
  },
  {
    topic: "stat/kitchen/STATUS10",
    payload: '{"StatusSNS":{"Time":"2026-01-09T18:57:39","ENERGY":{"Total":1234.567,"Power":0}}}',
    says: "kitchen main: powerW 0, importWh 1234567"
  },
  { topic: "tele/kitchen/LWT", payload: "Offline", says: "kitchen is offline" },
  {
    topic: "tele/kitchen/STATE",
    payload: '{"Time":"2026-01-09T18:57:39","Uptime":"0T01:00:00","POWER":"ON"}',
    says: "nothing: says nothing of energy"
  }
]

/** What people are told of Tasmota. */
export const words: FormatWords = {
  name: "Tasmota",
  devices: "Plugs, relays and meter heads that run the firmware Tasmota",
  setUp: [
    "Open the device's web page, Configuration, Configure MQTT, and enter the address, user and password " +
      "of " +
      "the broker.",
    "Leave Full Topic at %prefix%/%topic%/ and choose a topic that no other device has.",
    "Enter TelePeriod 10 in the console, so that values come every ten seconds instead of every five " +
      "minutes.",
    "Enter SetOption52 1, so that times carry their offset."
  ],
  traps: [
    "The time has no offset as long as SetOption52 is 0: then the time of arrival counts.",
    "Meters with several channels send arrays. Each value becomes a channel 1, 2, …, and their sum that of " +
      "the device, if it sends no sum itself.",
    "Export comes as a number or as an array, depending on the version; both are read.",
    "Today begins anew every day and Period with every message: neither is taken for a lifetime " +
      "register, and " +
      "Period is never added up, since a message may come twice.",
    "Smart-meter heads send names their owner chose. Usual ones are known; the others stay unknown until " +
      "you " +
      "say what they mean.",
    "Temperatures come in the unit the device shows, °C or °F."
  ],
  quantities: [
    "powerW",
    "importWh",
    "exportWh",
    "voltageV",
    "currentA",
    "frequencyHz",
    "powerFactor",
    "temperatureC"
  ],
  examples
}
