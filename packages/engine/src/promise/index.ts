export { createWattkit, type Options, type Storage, type Wattkit } from "./createWattkit.ts"
export type { DeviceInput, FilterInput, LocationInput, QueryInput } from "./inputs.ts"
