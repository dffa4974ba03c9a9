/** What lists of the registry can be ordered by; with a minus the other way round. */
export type Sort = SortKey | `-${SortKey}`

type SortKey = "id" | "name" | "createdAt"

/** Where a page goes on: after the entry of this id, which had this key. */
export interface Place {
  readonly key: string | number
  readonly id: string
}

/** What is asked for of a list; without an order it is by id. */
export interface Choice<A> {
  readonly limit: number
  readonly after?: Place | undefined
  readonly sort?: Sort | undefined
  /** What a name must hold, in small letters or capitals. */
  readonly name?: string | undefined
  readonly where?: ((entry: A) => boolean) | undefined
}

interface Entry {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

/** The same everywhere, whatever the server's language; `Meter 9` is before `Meter 10`. */
const collator = new Intl.Collator("en", { numeric: true })

const compareKeys = (a: string | number, b: string | number): number =>
  typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b))

/** Two of the same name, or of names that count as the same, are in the order of their ids. */
const compare = (a: Place, b: Place): number =>
  compareKeys(a.key, b.key) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

const keyOf = (sort: Sort, entry: Entry): string | number => {
  const by = sort.replace("-", "")
  // The order of ids is that of their characters, which the ids alone decide.
  return by === "name" ? entry.name : by === "createdAt" ? entry.createdAt : 0
}

/** The place of an entry in the order. */
export const placeOf = (sort: Sort, entry: Entry): Place => ({ key: keyOf(sort, entry), id: entry.id })

const folded = (text: string): string => text.normalize("NFC").toLowerCase()

/** Whether a list is asked for as stores keep it: everything, by id. */
export const isPlain = <A>({ name, sort = "id", where }: Choice<A>): boolean =>
  sort === "id" && name === undefined && where === undefined

/** The page that was asked for of entries in any order. */
export const choose = <A extends Entry>(
  entries: ReadonlyArray<A>,
  { after, limit, name, sort = "id", where }: Choice<A>
): ReadonlyArray<A> => {
  const direction = sort.startsWith("-") ? -1 : 1
  const held = name === undefined ? undefined : folded(name)
  return entries
    .filter((entry) => where?.(entry) !== false && (held === undefined || folded(entry.name).includes(held)))
    .map((entry) => ({ entry, place: placeOf(sort, entry) }))
    .filter(({ place }) => after === undefined || direction * compare(place, after) > 0)
    .sort((a, b) => direction * compare(a.place, b.place))
    .slice(0, limit)
    .map(({ entry }) => entry)
}
