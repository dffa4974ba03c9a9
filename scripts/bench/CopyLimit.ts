// What nothing can store faster than, for benches of other packages than the one that measures it.
export { type CopyLimit, open } from "../../packages/storage-postgres/bench/copyLimit.ts"
