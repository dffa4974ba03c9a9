import { library } from "../../scripts/tsup.ts"

export default library(
  ["index", "effect", "live", "queue", "session", "webhooks"].map((name) => `src/${name}.ts`)
)
