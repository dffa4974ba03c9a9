/** What a unit measures; only units of one dimension convert into each other. */
export type Dimension =
  | "energy"
  | "power"
  | "apparentPower"
  | "reactivePower"
  | "reactiveEnergy"
  | "voltage"
  | "current"
  | "frequency"
  | "temperature"
  | "ratio"
  | "volume"

/** A unit: `(value + shift) * num / den` is the value in the unit of its dimension whose factor is one. */
export interface Unit {
  readonly symbol: string
  readonly dimension: Dimension
  readonly num: bigint
  readonly den: bigint
  readonly shift: number
  /** Other spellings, with the case rules of the symbol. */
  readonly aliases: ReadonlyArray<string>
  /** Names in full, which match in any case. */
  readonly words: ReadonlyArray<string>
}

const unit = (
  dimension: Dimension,
  symbol: string,
  factor: readonly [bigint, bigint],
  words: ReadonlyArray<string> = [],
  aliases: ReadonlyArray<string> = [],
  shift = 0
): Unit => ({ symbol, dimension, num: factor[0], den: factor[1], shift, aliases, words })

/** All units, with exact factors to Wh, W, VA, var, varh, V, A, Hz, °C, % and m³. */
export const units: ReadonlyArray<Unit> = [
  unit("energy", "Wh", [1n, 1n], ["watthour", "watthours"]),
  unit("energy", "mWh", [1n, 1000n], ["milliwatthour", "milliwatthours"]),
  unit("energy", "kWh", [1000n, 1n], ["kilowatthour", "kilowatthours"]),
  unit("energy", "MWh", [1_000_000n, 1n], ["megawatthour", "megawatthours"]),
  unit("energy", "GWh", [1_000_000_000n, 1n], ["gigawatthour", "gigawatthours"]),
  unit("energy", "J", [1n, 3600n], ["joule", "joules"]),
  unit("energy", "kJ", [5n, 18n], ["kilojoule", "kilojoules"]),
  unit("energy", "MJ", [2500n, 9n], ["megajoule", "megajoules"]),
  unit("energy", "GJ", [2_500_000n, 9n], ["gigajoule", "gigajoules"]),
  unit("energy", "Ws", [1n, 3600n], ["wattsecond", "wattseconds"], ["Wsec"]),
  unit("energy", "kWs", [5n, 18n]),
  unit("energy", "W·min", [1n, 60n], ["wattminute", "wattminutes"]),
  unit("power", "W", [1n, 1n], ["watt", "watts"]),
  unit("power", "mW", [1n, 1000n], ["milliwatt", "milliwatts"]),
  unit("power", "kW", [1000n, 1n], ["kilowatt", "kilowatts"]),
  unit("power", "MW", [1_000_000n, 1n], ["megawatt", "megawatts"]),
  unit("power", "GW", [1_000_000_000n, 1n], ["gigawatt", "gigawatts"]),
  unit("apparentPower", "VA", [1n, 1n], ["voltampere", "voltamperes"]),
  unit("apparentPower", "kVA", [1000n, 1n]),
  unit("apparentPower", "MVA", [1_000_000n, 1n]),
  unit("reactivePower", "var", [1n, 1n]),
  unit("reactivePower", "kvar", [1000n, 1n]),
  unit("reactivePower", "Mvar", [1_000_000n, 1n], [], ["MVAr", "MVAR"]),
  unit("reactiveEnergy", "varh", [1n, 1n]),
  unit("reactiveEnergy", "kvarh", [1000n, 1n]),
  unit("voltage", "V", [1n, 1n], ["volt", "volts"]),
  unit("voltage", "mV", [1n, 1000n], ["millivolt", "millivolts"]),
  unit("voltage", "kV", [1000n, 1n], ["kilovolt", "kilovolts"]),
  unit("voltage", "dV", [1n, 10n], ["decivolt", "decivolts"]),
  unit("current", "A", [1n, 1n], ["amp", "amps", "ampere", "amperes"]),
  unit("current", "mA", [1n, 1000n], ["milliamp", "milliamps", "milliampere", "milliamperes"]),
  unit("current", "kA", [1000n, 1n]),
  unit("frequency", "Hz", [1n, 1n], ["hertz"]),
  unit("frequency", "mHz", [1n, 1000n], ["millihertz"]),
  unit("temperature", "°C", [1n, 1n], ["celsius", "degc", "degreecelsius", "degreescelsius"], ["C", "℃"]),
  unit("temperature", "°F", [5n, 9n], ["fahrenheit", "degf"], ["F", "℉"], -32),
  unit("temperature", "K", [1n, 1n], ["kelvin"], [], -273.15),
  unit("ratio", "%", [1n, 1n], ["percent", "pct"]),
  unit("ratio", "1", [100n, 1n], ["ratio", "fraction"]),
  unit(
    "volume",
    "m³",
    [1n, 1n],
    ["cubicmeter", "cubicmeters", "cubicmetre", "cubicmetres"],
    ["m3", "m^3", "cbm"]
  ),
  unit("volume", "dm³", [1n, 1000n], ["liter", "liters", "litre", "litres"], ["dm3", "dm^3", "L"])
]
