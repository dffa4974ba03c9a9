import { salt, unit } from "../simulate/Chance.ts"

/** Draws that follow from a seed alone: the same seed and the same questions, the same answers. */
export class Luck {
  readonly #seed: number
  readonly #subject: number
  #drawn = 0

  constructor(seed: number, subject: string) {
    this.#seed = seed
    this.#subject = salt(subject)
  }

  /** True so often of 1. */
  chance(of: number): boolean {
    return unit(this.#seed, this.#subject, this.#drawn++) < of
  }

  /** A whole number from `from` up to but not including `to`. */
  whole(from: number, to: number): number {
    return from + Math.floor(unit(this.#seed, this.#subject, this.#drawn++) * (to - from))
  }

  /** One of some, which are at least one. */
  one<A>(of: ReadonlyArray<A>): A {
    return of[this.whole(0, of.length)] as A
  }

  /** All of some in any order. */
  shuffled<A>(of: ReadonlyArray<A>): Array<A> {
    const left = [...of]
    return of.map(() => left.splice(this.whole(0, left.length), 1)[0] as A)
  }
}
