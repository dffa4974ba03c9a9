import { StartError } from "./StartError.ts"

/** One setting: where it is set, what it starts with, and what it does. */
export interface Setting {
  readonly name: string
  readonly flag: string | undefined
  readonly standard: string | undefined
  readonly purpose: string
}

/** Says that a setting cannot be what it is. */
export const wrong = ({ name }: Setting, found: string, expected: string): StartError =>
  new StartError({ message: `${name} is "${found}", but must be ${expected}.` })
