import { isTrue, NoValue, numberIn, operand, print, type Value } from "./Value.ts"

type Filter = (value: Value, args: ReadonlyArray<Value>) => Value

const orDefault = (value: number | undefined, args: ReadonlyArray<Value>): Value => {
  if (value !== undefined) return value
  if (args.length > 0) return args[0]
  throw new NoValue("the value is no number")
}

const round: Filter = (value, args) => {
  const number = numberIn(value)
  if (number === undefined) return args.length > 2 ? args[2] : orDefault(undefined, [])
  const places = args[0] === undefined ? 0 : Math.trunc(operand(args[0]))
  if (places < -15 || places > 15) throw new NoValue("it rounds to more places than a number has")
  const way = args[1] === "floor" ? Math.floor : args[1] === "ceil" ? Math.ceil : Math.round
  const rounded = way(Number(`${number}e${places}`))
  const shifted = Number.isFinite(rounded) ? rounded : way(number * 10 ** places)
  return Number(`${shifted}e${-places}`)
}

const fallback: Filter = (value, args) =>
  value === undefined || (isTrue(args[1]) && !isTrue(value)) ? (args[0] ?? "") : value

/** The filters that are understood; each takes a bounded time. */
export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ["float", (value, args) => orDefault(numberIn(value), args)],
  [
    "int",
    (value, args) => {
      const number = numberIn(value)
      return orDefault(number === undefined ? undefined : Math.trunc(number), args)
    }
  ],
  ["round", round],
  ["default", fallback],
  ["d", fallback],
  ["abs", (value) => Math.abs(operand(value))],
  ["multiply", (value, args) => (orDefault(numberIn(value), args.slice(1)) as number) * operand(args[0])],
  ["add", (value, args) => (orDefault(numberIn(value), args.slice(1)) as number) + operand(args[0])],
  ["trim", (value) => print(value).trim()],
  ["upper", (value) => print(value).toUpperCase()],
  ["lower", (value) => print(value).toLowerCase()],
  ["string", (value) => print(value)],
  [
    "is_defined",
    (value) => {
      if (value === undefined) throw new NoValue("the value is not there")
      return value
    }
  ]
])
