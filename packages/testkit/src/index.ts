export * as Arbitraries from "./arbitraries/index.ts"
