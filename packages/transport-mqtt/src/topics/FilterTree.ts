/** One level of the filters that are in use. */
interface Branch<K, V> {
  readonly children: Map<string, Branch<K, V>>
  readonly values: Map<K, V>
}

const makeBranch = <K, V>(): Branch<K, V> => ({ children: new Map(), values: new Map() })

const visitAll = <K, V>(branch: Branch<K, V> | undefined, visit: (key: K, value: V) => void): void => {
  if (branch !== undefined) for (const [key, value] of branch.values) visit(key, value)
}

/** Finds who listens to a topic without asking every filter. */
export class FilterTree<K, V> {
  readonly #root: Branch<K, V> = makeBranch()
  #size = 0

  /** How many filters with their keys are in use. */
  get size(): number {
    return this.#size
  }

  /** Puts a value under a filter for a key, in the place of the one that was there. */
  set(filter: string, key: K, value: V): void {
    let branch = this.#root
    for (const level of filter.split("/")) {
      let next = branch.children.get(level)
      if (next === undefined) branch.children.set(level, (next = makeBranch()))
      branch = next
    }
    if (!branch.values.has(key)) this.#size++
    branch.values.set(key, value)
  }

  /** Takes away what a key has under a filter, with the branches that nobody needs any more. */
  delete(filter: string, key: K): boolean {
    const levels = filter.split("/")
    const path: Array<Branch<K, V>> = [this.#root]
    for (const level of levels) {
      const next = path.at(-1)?.children.get(level)
      if (next === undefined) return false
      path.push(next)
    }
    if (path.at(-1)?.values.delete(key) !== true) return false
    this.#size--
    for (let i = levels.length; i > 0; i--) {
      const branch = path[i]
      if (branch === undefined || branch.values.size > 0 || branch.children.size > 0) break
      path[i - 1]?.children.delete(levels[i - 1] ?? "")
    }
    return true
  }

  /** Visits every filter that stands for a topic; a key with several such filters is visited for each. */
  match(topic: string, visit: (key: K, value: V) => void): void {
    if (this.#size > 0) this.#walk(this.#root, topic.split("/"), 0, !topic.startsWith("$"), visit)
  }

  #walk(
    branch: Branch<K, V>,
    levels: ReadonlyArray<string>,
    depth: number,
    isWild: boolean,
    visit: (key: K, value: V) => void
  ): void {
    // A wildcard in the first level does not stand for topics that begin with `$`.
    const mayGuess = depth > 0 || isWild
    if (mayGuess) visitAll(branch.children.get("#"), visit)
    const level = levels[depth]
    if (level === undefined) return visitAll(branch, visit)
    const exact = branch.children.get(level)
    if (exact !== undefined) this.#walk(exact, levels, depth + 1, isWild, visit)
    const any = mayGuess ? branch.children.get("+") : undefined
    if (any !== undefined) this.#walk(any, levels, depth + 1, isWild, visit)
  }
}
