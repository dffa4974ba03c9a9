import { Effect, Layer } from "effect"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import { devicesCommand } from "./devices/devicesCommand.ts"
import { exportCommand } from "./export/exportCommand.ts"
import { importCommand } from "./import/importCommand.ts"
import { keyCommand } from "./key/keyCommand.ts"
import { replayCommand } from "./replay/replayCommand.ts"
import { serve } from "./serve.ts"
import { simulateCommand } from "./simulate/simulateCommand.ts"
import { auditCommand } from "./tenant/auditCommand.ts"
import { tenantCommand } from "./tenant/tenantCommand.ts"
import { userCommand } from "./user/userCommand.ts"

/** The command `wattkit`. */
export const command = Command.make("wattkit").pipe(
  Command.withDescription("Meter readings in, money and decisions out"),
  Command.withSubcommands([
    serve,
    importCommand,
    exportCommand,
    replayCommand,
    devicesCommand,
    userCommand,
    keyCommand,
    tenantCommand,
    auditCommand,
    simulateCommand
  ])
)

/** A mistyped flag deserves a sentence, not a page. */
const presenter: CliOutput.Presenter = {
  ...CliOutput.defaultPresenter,
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.sync(() => {
          const reasons = event.errors
            .map((error) => error.message.replace(/\s+/g, " ").replace(/\.$/, ""))
            .join("; ")
          process.stderr.write(
            `wattkit: ${reasons}; "${event.commandPath.join(" ")} --help" shows what there is.\n`
          )
        })
      : CliOutput.defaultPresenter.present(event)
}

/** How the command line speaks, and the flags every command has. */
export const layerSpeech = Layer.merge(
  CliOutput.layerPresenter(presenter),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })
)
