/** One line of the check: a command, what must have passed before, and how much of the machine it takes. */
export interface Step {
  readonly name: string
  readonly what: string
  readonly command: ReadonlyArray<string>
  /** Steps whose result this one uses; it is not run when one of them failed. */
  readonly needs?: ReadonlyArray<string>
  /** 1 leaves room for another step beside it, 2 takes the machine. */
  readonly weight?: 1 | 2
  /** Name of the vitest project whose tests are counted one by one. */
  readonly vitest?: string
  readonly env?: Readonly<Record<string, string>>
}

/** What became of a step. A step that is not a test run counts as one. */
export interface Outcome {
  readonly step: Step
  readonly passed: number
  readonly failed: number
  readonly seconds: number
  /** Sentences for the list of failures at the end. */
  readonly failures: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}
