import { Layer } from "effect"
import { Corrections } from "./Corrections.ts"
import { Credentials } from "./Credentials.ts"
import { Ingest } from "./Ingest.ts"
import { Live } from "./Live.ts"
import { Messages } from "./messages/Messages.ts"
import { Quarantine } from "./quarantine/Quarantine.ts"
import { Readings } from "./Readings.ts"
import { Registry } from "./Registry.ts"
import { Usage } from "./usage/Usage.ts"
import { UsageRules } from "./usage/UsageRules.ts"

/** Every application service, over whatever stores and bus are provided; `Upkeep` stands beside them. */
export const layer = Layer.mergeAll(
  Messages.layer.pipe(Layer.provideMerge(Ingest.layer)),
  Live.layer,
  Readings.layer,
  Registry.layer,
  Quarantine.layer,
  Usage.layer,
  UsageRules.layer
).pipe(Layer.provideMerge(Layer.merge(Credentials.layer, Corrections.layer)))
