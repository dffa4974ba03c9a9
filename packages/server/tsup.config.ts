import { library } from "../../scripts/tsup.ts"

export default library(["src/index.ts", "src/main.ts", "src/identity/passwordHasher/bcryptWorker.ts"])
