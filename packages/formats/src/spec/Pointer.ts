import { member } from "../payload/payloadJson.ts"

/** A value a pointer leads to, and the members its `*` stood for. */
export interface Place {
  readonly value: unknown
  readonly names: ReadonlyArray<string>
}

/** A pointer into JSON, ready to be followed. */
export type Pointer = (from: unknown) => ReadonlyArray<Place>

const mostMembers = 256

const membersOf = (value: unknown): ReadonlyArray<string> =>
  typeof value === "object" && value !== null ? Object.keys(value).slice(0, mostMembers) : []

const unescape = (segment: string): string => segment.replaceAll("~1", "/").replaceAll("~0", "~")

const noPlace: ReadonlyArray<Place> = []
const noNames: ReadonlyArray<string> = []

const straight =
  (segments: ReadonlyArray<string>): Pointer =>
  (from) => {
    let value = from
    for (const segment of segments) {
      value = member(value, segment)
      if (value === undefined) return noPlace
    }
    return value === undefined ? noPlace : [{ value, names: noNames }]
  }

/** Makes a JSON pointer ready, in which `*` stands for any member. */
export const pointer = (text: string): Pointer => {
  const segments = text.split("/").slice(1).map(unescape)
  if (!segments.includes("*")) return straight(segments)
  return (from) => {
    let places: ReadonlyArray<Place> = [{ value: from, names: noNames }]
    for (const segment of segments) {
      places = places
        .flatMap(({ names, value }) =>
          segment === "*"
            ? membersOf(value).map((name) => ({ value: member(value, name), names: [...names, name] }))
            : [{ value: member(value, segment), names }]
        )
        .filter(({ value }) => value !== undefined)
        .slice(0, mostMembers)
    }
    return places
  }
}

/** The last name of a pointer's text. */
export const lastName = (text: string): string => unescape(text.slice(text.lastIndexOf("/") + 1))
