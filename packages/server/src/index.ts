export { launch, type Running, type Services, type StorageLayer } from "./App.ts"
export { load as loadConfig, type ServerConfig, type Setting, settings } from "./config.ts"
export { StartError } from "./StartError.ts"
