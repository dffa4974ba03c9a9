import { library } from "../../scripts/tsup.ts"

export default library(["src/index.ts", "src/suites/index.ts", "src/simulate/index.ts", "src/model/index.ts"])
