/** One thing that cannot be priced: where it is, and why, in words for the person who wrote it. */
export interface Problem {
  readonly path: string
  readonly message: string
}

/** A tariff or usage that is not priced, with everything that is wrong with it; correct it and ask again. */
export class Refused extends Error {
  override readonly name = "Refused"
  readonly problems: ReadonlyArray<Problem>

  constructor(problems: ReadonlyArray<Problem>) {
    super(problems.map((problem) => `${problem.path}: ${problem.message}`).join("\n"))
    this.problems = problems
  }
}
