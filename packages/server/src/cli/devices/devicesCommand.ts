import { Command } from "effect/cli"
import { adoptCommand } from "./adoptCommand.ts"
import { sniffCommand } from "./sniffCommand.ts"

/** `wattkit devices`. */
export const devicesCommand = Command.make("devices").pipe(
  Command.withDescription("Find devices that speak, and make them your own"),
  Command.withSubcommands([sniffCommand, adoptCommand])
)
