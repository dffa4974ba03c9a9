import { toHypertables } from "./0001_hypertables.ts"

/** Every migration by number and name. A number that was released is never changed, only followed. */
export const migrations = { "0001_hypertables": toHypertables }
