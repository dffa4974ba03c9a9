import { Layer } from "effect"
import { Audit } from "./audit/Audit.ts"
import { Corrections } from "./Corrections.ts"
import { Credentials } from "./credentials/Credentials.ts"
import { AccessTokens } from "./identity/AccessTokens.ts"
import { KeyRing } from "./identity/KeyRing.ts"
import { Ingest } from "./Ingest.ts"
import { Live } from "./Live.ts"
import { Messages } from "./messages/Messages.ts"
import { Quarantine } from "./quarantine/Quarantine.ts"
import { Readings } from "./Readings.ts"
import { Registry } from "./registry/Registry.ts"
import { Tariffs } from "./tariffs/Tariffs.ts"
import { Usage } from "./usage/Usage.ts"
import { UsageRules } from "./usage/UsageRules.ts"

/** Every application service, over whatever stores and bus are provided; `Upkeep` stands beside them. */
export const layer = Layer.mergeAll(
  Messages.layer.pipe(Layer.provideMerge(Ingest.layer)),
  Live.layer,
  Readings.layer,
  Registry.layer,
  Tariffs.layer,
  Quarantine.layer,
  Usage.layer,
  UsageRules.layer
).pipe(
  Layer.provideMerge(Layer.mergeAll(Credentials.layer, Corrections.layer, Audit.layer)),
  Layer.provideMerge(AccessTokens.layer),
  Layer.provideMerge(KeyRing.layer)
)
