import { assert, describe, it } from "@effect/vitest"
import { Memory } from "@wattkit/core"
import { Effect, Layer } from "effect"
import { over } from "../house.fixture.ts"
import { formats } from "../messages/formats.fixture.ts"
import { Formats } from "../messages/Formats.ts"
import { letterMethods, methods, unrelated, unrelatedServices } from "./methods.fixture.ts"
import type { Probe } from "./probe.fixture.ts"
import { personMethods } from "./registryMethods.fixture.ts"
import { askers, seedWorld, type TargetName, targets } from "./world.fixture.ts"

const layer = over(Memory.layer).pipe(Layer.provide(Layer.succeed(Formats, formats)))

/** Asks about every target; what is not reached first, since what is reached may change. */
const findings = (probe: Probe, who: (typeof askers)[number]) =>
  Effect.gen(function* () {
    yield* seedWorld
    const names = (Object.keys(targets) as Array<TargetName>).sort(
      (a, b) => Number(who.reaches.includes(a)) - Number(who.reaches.includes(b))
    )
    const found: Array<TargetName> = []
    for (const name of names) {
      const { [name]: target } = targets
      if (yield* probe(who.who, target)) found.push(name)
    }
    return found.sort()
  }).pipe(Effect.provide(layer))

/** Asks with every probe for everybody, and compares. */
const examine = (
  probes: ReadonlyArray<Probe>,
  expected: (asker: (typeof askers)[number]) => ReadonlyArray<TargetName>
) =>
  Effect.gen(function* () {
    for (const [i, probe] of probes.entries()) {
      for (const asker of askers) {
        const found = yield* findings(probe, asker)
        assert.deepStrictEqual(found, [...expected(asker)].sort(), `${asker.name}, way ${i}`)
      }
    }
  })

const isService = (service: unknown): service is object => typeof service === "object" && service !== null

const namesOf = ([service, table]: readonly [string, object]): ReadonlyArray<string> =>
  Object.keys(table).map((method) => `${service}.${method}`)

describe("what every method reaches", () => {
  for (const [service, table] of Object.entries(methods)) {
    for (const [method, probes] of Object.entries(table)) {
      it.effect(`${service}.${method}`, () => examine(probes, ({ reaches }) => reaches))
    }
  }

  for (const [method, probes] of Object.entries(letterMethods)) {
    it.effect(`Messages.${method}, of dead letters`, () =>
      // Who has all of a tenant may see what nobody else is told of.
      examine(probes, ({ reaches, who }) => {
        const isAll = who.deviceId === null && who.locations === null
        return who.deviceId !== null ? [] : isAll ? [...reaches, "one that was removed"] : reaches
      })
    )
  }

  for (const [service, table] of Object.entries(personMethods)) {
    for (const [method, probes] of Object.entries(table)) {
      it.effect(`${service}.${method}, which is not for devices`, () =>
        examine(probes, ({ reaches, who }) => (who.deviceId === null ? reaches : []))
      )
    }
  }

  it.effect("is said in the table of every method there is", () =>
    Effect.gen(function* () {
      const { mapUnsafe } = yield* Effect.context()
      const prefix = "@wattkit/engine/"
      const found: Array<string> = []
      for (const [key, service] of mapUnsafe) {
        const name = key.startsWith(prefix) ? key.slice(prefix.length) : ""
        if (name === "" || name in unrelatedServices || !isService(service)) continue
        for (const method of Object.keys(service)) found.push(`${name}.${method}`)
      }
      const said = Object.entries(methods).flatMap(namesOf)
      const known = [
        ...said,
        ...Object.entries(personMethods).flatMap(namesOf),
        ...namesOf(["Messages", letterMethods]),
        ...Object.keys(unrelated)
      ]
      assert.includeMembers(found, ["Ingest.ingest", "Live.open", "Usage.page"])
      assert.deepStrictEqual(found.sort(), known.sort())
    }).pipe(Effect.provide(layer))
  )
})
