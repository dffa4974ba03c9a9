export type { CorrectionMethods } from "./corrections.ts"
export {
  createWattkit,
  type Options,
  type ReadingMethods,
  type Storage,
  type Wattkit
} from "./createWattkit.ts"
export type {
  ChoiceInput,
  CorrectionInput,
  DeviceInput,
  FilterInput,
  IdentityInput,
  LocationInput,
  QueryInput,
  RulesInput,
  StrikeOutInput,
  UsageInput
} from "./inputs.ts"
export type { UsageMethods } from "./usage.ts"
