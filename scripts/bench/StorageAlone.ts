// What a server cannot be faster than, for benches of other packages than the one that measures it.
export { open } from "../../packages/storage-postgres/bench/storageAlone.ts"
