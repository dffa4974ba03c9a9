export * from "./readings.ts"
export * from "./registry.ts"
export * from "./registers.ts"
