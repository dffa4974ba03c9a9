import type { Drafts } from "../../payload/Drafts.ts"

/** What dsmr-reader said last of a meter, by the names of its fields. */
export type Fields = Map<string, number>

const sum = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined || second === undefined ? undefined : first + second

/** To whole milliwatts and milliwatt-hours: the fields have three digits of kilowatts. */
const thousandfold = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 1e6) / 1e3

/**
 * Power from the fields of both directions. One that is not 0 tells it alone, since only one direction flows;
 * a 0 tells something only together with that of the other direction.
 */
const powerOf = (fields: Fields, sent: ReadonlySet<string>, taken: string, given: string) => {
  const [into, out] = [sent.has(taken) ? fields.get(taken) : 0, sent.has(given) ? fields.get(given) : 0]
  const power = (into ?? 0) - (out ?? 0)
  return power !== 0 || (sent.has(taken) && sent.has(given)) ? thousandfold(power) : undefined
}

const registers = [
  ["importWh", "electricity_delivered_1", "electricity_delivered_2"],
  ["exportWh", "electricity_returned_1", "electricity_returned_2"]
] as const

const powers = [
  ["main", "electricity_currently_delivered", "electricity_currently_returned"],
  ["l1", "phase_currently_delivered_l1", "phase_currently_returned_l1"],
  ["l2", "phase_currently_delivered_l2", "phase_currently_returned_l2"],
  ["l3", "phase_currently_delivered_l3", "phase_currently_returned_l3"]
] as const

const phases = ["l1", "l2", "l3"] as const

/** The fields that say something, all of which are numbers. */
export const names: ReadonlySet<string> = new Set([
  ...registers.flatMap(([, first, second]) => [first, second]),
  ...powers.flatMap(([, taken, given]) => [taken, given]),
  ...phases.flatMap((phase) => [`phase_voltage_${phase}`, `phase_power_current_${phase}`]),
  "extra_device_delivered"
])

const partners: ReadonlyMap<string, string> = new Map(
  [...registers, ...powers].flatMap(([, one, other]) => [
    [one, other],
    [other, one]
  ])
)

/** The field that belongs to another one: the other tariff, or the other direction. */
export const partnerOf = (name: string): string | undefined => partners.get(name)

/** Puts what follows from the fields that one telegram has sent into the drafts. */
export const putFields = (drafts: Drafts, fields: Fields, sent: ReadonlySet<string>): void => {
  for (const [channel, taken, given] of powers) {
    if (sent.has(taken) || sent.has(given)) drafts.put(channel, "powerW", powerOf(fields, sent, taken, given))
  }
  for (const [quantity, first, second] of registers) {
    // One tariff of now and the other of the last telegram make a register that never was.
    if (!sent.has(first) || !sent.has(second)) continue
    drafts.put("main", quantity, thousandfold(sum(fields.get(first), fields.get(second))))
  }
  for (const phase of phases) {
    const voltage = `phase_voltage_${phase}`
    const current = `phase_power_current_${phase}`
    if (sent.has(voltage)) drafts.put(phase, "voltageV", fields.get(voltage))
    if (sent.has(current)) drafts.put(phase, "currentA", fields.get(current))
  }
}
