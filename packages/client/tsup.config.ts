import { library } from "../../scripts/tsup.ts"

export default library(["src/index.ts", "src/live.ts", "src/queue.ts", "src/webhooks.ts"])
