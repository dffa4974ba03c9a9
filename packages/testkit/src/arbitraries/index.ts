export * from "./readings.ts"
export * from "./registry.ts"
