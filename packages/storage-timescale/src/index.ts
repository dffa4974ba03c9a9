export * as TimescaleStorage from "./TimescaleStorage.ts"
export * as TimescaleStorageUpkeep from "./TimescaleStorageUpkeep.ts"
