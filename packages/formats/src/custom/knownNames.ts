import type { QuantityName } from "@wattkit/core"

/** A quantity, and the factor that turns what is sent under a name into it. */
export interface NamedQuantity {
  readonly quantity: QuantityName
  readonly scale: number
}

/**
 * Names that mean one thing wherever they are sent, in lower case and without separators, by the quantity
 * they name and the factor.
 *
 * A bare `energy` or `total` is not here: some send it in Wh, some in kWh, some since midnight; nor is a bare
 * `temperature`, which may be in °F. Anything of today, yesterday or this month is no lifetime register.
 */
const table: ReadonlyArray<readonly [QuantityName, number, string]> = [
  ["powerW", 1, "power w watt watts apower powerw activepower activepowerw actpower currentpower powercurr"],
  ["powerW", 1, "totalactpower netpower gridpower loadpower wattage pac pgrid"],
  ["powerW", 1000, "kw powerkw activepowerkw currentpowerkw"],
  ["importWh", 1, "wh energywh totalwh importwh energyimportwh totalimportwh whtotal importtotalwh"],
  ["importWh", 1000, "kwh energykwh totalkwh kwhtotal importkwh energyimportkwh totalimportkwh"],
  ["importWh", 1000, "energytotalkwh importtotalkwh totalenergykwh consumedkwh energyconsumedkwh"],
  ["importWh", 1000, "energyinkwh kwhin totalinkwh consumptiontotalkwh totalpowerimportkwh"],
  ["exportWh", 1, "exportwh energyexportwh totalexportwh exporttotalwh energyreturnedwh"],
  ["exportWh", 1000, "exportkwh energyexportkwh totalexportkwh exporttotalkwh producedkwh"],
  ["exportWh", 1000, "energyproducedkwh energyreturnedkwh energyoutkwh kwhout totaloutkwh feedinkwh"],
  ["exportWh", 1000, "totalpowerexportkwh productiontotalkwh"],
  ["voltageV", 1, "v volt volts voltage voltagev vrms mainsvoltage"],
  ["currentA", 1, "a amp amps ampere amperes current currenta irms amperage"],
  ["currentA", 0.001, "ma milliamps currentma"],
  ["frequencyHz", 1, "hz freq frequency frequencyhz gridfrequency acfrequency"],
  ["powerFactor", 1, "pf powerfactor cosphi"],
  ["temperatureC", 1, "temperaturec tempc celsius degc"],
  ["stateOfChargePct", 1, "soc stateofcharge stateofchargepct socpct batterysoc"]
]

const byName = new Map<string, NamedQuantity>(
  table.flatMap(([quantity, scale, names]) =>
    names.split(" ").map((name): [string, NamedQuantity] => [name, { quantity, scale }])
  )
)

/** What a well-known name means, whatever its case and separators; undefined where nobody can tell. */
export const meaningOfName = (sent: string): NamedQuantity | undefined =>
  sent.length > 64 ? undefined : byName.get(sent.toLowerCase().replace(/[^a-z0-9]+/g, ""))

/** All well-known names with their meanings. */
export const knownNames: ReadonlyMap<string, NamedQuantity> = byName
