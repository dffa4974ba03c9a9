import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { eraseListed, readList } from "../../identity/Erasure.ts"
import { inOffice, officeFlags } from "../tenant/office.ts"
import { say, sayJson } from "../tenant/say.ts"

const replay = Flag.String("replay").pipe(
  Flag.withDescription("The list of those who were erased: erased.ndjson of the data directory.")
)

/** `wattkit user erase`: for after a backup was restored, which brought back who had been erased. */
export const eraseCommand = Command.make("erase", { replay, ...officeFlags }, (given) =>
  Effect.gen(function* () {
    const ids = new Set((yield* readList(given.replay)).map(({ id }) => id))
    yield* inOffice(
      given,
      Effect.fnUntraced(function* () {
        const erased = yield* eraseListed(ids)
        if (given.json) return yield* sayJson({ listed: ids.size, erased })
        yield* say(`${erased} of the ${ids.size} persons on the list were there, and are erased again.`)
      })
    )
  })
).pipe(Command.withDescription("Erase again whom a restored backup brought back"))
