/** Simulators: things that behave like the real ones, with the truth at hand. */
export * as Chance from "./Chance.ts"
export * as Faults from "./faults/Faults.ts"
export * as Trigger from "./faults/Trigger.ts"
export * as House from "./house/House.ts"
export * as Speaking from "./speaking/Speaking.ts"
