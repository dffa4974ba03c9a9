#!/usr/bin/env node
import "effect/schema/SchemaJITCompiler/enable"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit, Option } from "effect"
import { Command } from "effect/cli"
import { command, layerSpeech } from "./cli/command.ts"
import { expectShortLives } from "./shortLived.ts"
import { StartError } from "./StartError.ts"
import { version } from "./packageRoot.ts"

/** Whoever asks a second time does not want to wait. */
const endAtSecondSignal = (): void => {
  let asked = 0
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (++asked > 1) process.exit(130)
    })
  }
}

/** What stopped us, as a sentence for the terminal; only the unexpected comes with its trace. */
const report = (cause: Cause.Cause<unknown>) => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  if (error instanceof StartError)
    return Effect.sync(() => process.stderr.write(`wattkit: ${error.message}\n`))
  const isHelp = typeof error === "object" && error !== null && "_tag" in error && error._tag === "ShowHelp"
  return Cause.hasInterruptsOnly(cause) || isHelp ? Effect.void : Effect.logFatal(cause)
}

expectShortLives()
endAtSecondSignal()

command.pipe(
  Command.run({ version }),
  Effect.tapCause(report),
  Effect.provide([layerSpeech, NodeServices.layer]),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1)
  })
)
