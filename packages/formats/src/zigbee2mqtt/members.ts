import { readNumber } from "../payload/readNumber.ts"

/** A number of a message. */
export interface Member {
  /** Which property it is. */
  readonly property: string
  /** The name it was sent under, which the bridge knows the unit of. */
  readonly sentAs: string
  readonly value: number
}

const mostMembers = 256
/** They tell when a device was heard and how well, not what it measures. */
const notMeasured: ReadonlySet<string> = new Set(["last_seen", "linkquality", "update_available"])

const phaseNames = (quantity: string) => ["a", "b", "c"].map((letter) => `${quantity}_phase_${letter}`)

/**
 * What devices with three phases call `power` is the power of the first one, next to `power_phase_b` and
 * `power_phase_c`: it is renamed, and the sum put in its place.
 */
const withFirstPhase = (members: ReadonlyArray<Member>, quantity: string): ReadonlyArray<Member> => {
  const [first = "", second = "", third = ""] = phaseNames(quantity)
  const find = (name: string) => members.find(({ property }) => property === name)
  if ((find(second) ?? find(third)) === undefined) return members
  const renamed =
    find(first) === undefined
      ? members.map((one) => (one.property === quantity ? { ...one, property: first } : one))
      : members
  const phases = renamed.filter(({ property }) => [first, second, third].includes(property))
  const [one] = phases
  if (quantity !== "power" || phases.length < 3 || one === undefined) return renamed
  const sum = phases.reduce((total, { value }) => total + value, 0)
  const whole = { property: quantity, sentAs: one.sentAs, value: Number(sum.toPrecision(15)) }
  return [whole, ...renamed.filter(({ property }) => property !== quantity)]
}

/** The numbers of a message that say something. */
export const membersOf = (payload: { readonly [name: string]: unknown }): ReadonlyArray<Member> => {
  const sent = Object.entries(payload)
    .slice(0, mostMembers)
    .flatMap(([name, value]): ReadonlyArray<Member> => {
      const number = notMeasured.has(name) ? undefined : readNumber(value)
      return number === undefined ? [] : [{ property: name, sentAs: name, value: number }]
    })
  return ["power", "voltage", "current"].reduce(withFirstPhase, sent)
}
