import { library } from "../../scripts/tsup.ts"

export default library(["src/index.ts", "src/billing.ts", "src/import/index.ts"])
