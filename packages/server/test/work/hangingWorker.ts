import { Effect } from "effect"
import { open } from "./place.ts"

// Begins every job there is, says so, and never ends one: whoever started it is going to kill it.

const [url = ""] = process.argv.slice(2)
await open(url, (n) =>
  Effect.andThen(
    Effect.sync(() => void process.stdout.write(`${n}\n`)),
    Effect.never
  )
)
