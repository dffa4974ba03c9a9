import { Layer } from "effect"
import { Credentials } from "./Credentials.ts"
import { Ingest } from "./Ingest.ts"
import { Live } from "./Live.ts"
import { Readings } from "./Readings.ts"
import { Registry } from "./Registry.ts"

/** Every application service, over whatever stores and bus are provided. */
export const layer = Layer.mergeAll(Ingest.layer, Live.layer, Readings.layer, Registry.layer).pipe(
  Layer.provideMerge(Credentials.layer)
)
