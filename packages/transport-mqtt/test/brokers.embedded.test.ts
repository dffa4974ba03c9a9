import { startEmbedded } from "./embedded.ts"
import { mqttSuite } from "./suite.ts"

mqttSuite("the embedded broker", startEmbedded)
