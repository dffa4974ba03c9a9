import { assert, layer } from "@effect/vitest"
import { PgClient } from "@effect/sql-pg"
import { PostgresStorage } from "@wattkit/storage-postgres"
import { Context, Effect, Layer } from "effect"
import fc from "fast-check"
import { addressOf } from "../src/hot/address.ts"
import { BinaryWriter } from "../src/hot/BinaryWriter.ts"
import { type Column, type ColumnType, type ColumnValue, writeArray } from "../src/hot/column.ts"
import { HotConnection } from "../src/hot/HotConnection.ts"
import * as TestServer from "./TestServer.ts"

const Connection = Context.Service<HotConnection>("test/Connection")

const connected = Effect.gen(function* () {
  const options = yield* TestServer.freshDatabase(yield* TestServer.make())
  const { config } = yield* Effect.provide(PgClient.PgClient, PostgresStorage.layerClient(options))
  return yield* Effect.acquireRelease(HotConnection.open(addressOf(config)), (connection) =>
    Effect.sync(() => connection.close())
  )
})

const values: { readonly [type in ColumnType]: fc.Arbitrary<ColumnValue> } = {
  int8: fc.maxSafeInteger(),
  float8: fc.double({ noNaN: true }),
  timestamptz: fc.integer({ min: -86_400_000, max: 253_402_300_799_999 }),
  jsonb: fc.dictionary(
    fc.string({ unit: "grapheme" }).map((name) => name.replaceAll("\0", "")),
    fc.double({ noNaN: true, noDefaultInfinity: true })
  )
}

/** A value as PostgreSQL reads it from text. */
const textOf = (type: ColumnType, value: ColumnValue): string | null => {
  if (value === null) return null
  if (type === "jsonb") return JSON.stringify(value)
  return type === "timestamptz" ? new Date(Number(value)).toISOString() : String(value)
}

const text = (value: string) => (writer: BinaryWriter) => {
  const bytes = Buffer.from(value)
  writer.int32(bytes.length)
  writer.raw(bytes)
}

layer(Layer.effect(Connection, connected), { excludeTestServices: true, timeout: "60 seconds" })(
  "binary values",
  (it) => {
    for (const type of ["int8", "float8", "timestamptz", "jsonb"] as const) {
      it.effect(`an array of ${type} is the same as its text`, () =>
        Effect.gen(function* () {
          const connection = yield* Connection
          const same = {
            name: `same_${type}`,
            text: `SELECT coalesce(array_agg(v ORDER BY place), '{}') IS NOT DISTINCT FROM $1::${type}[],
              $1::${type}[]::text FROM (
                SELECT (value #>> '{}')::${type} AS v, place
                FROM jsonb_array_elements($2::text::jsonb) WITH ORDINALITY AS t (value, place)
              ) values`
          }
          const compare = async (sent: ReadonlyArray<ColumnValue>) => {
            const column: Column = { type, values: sent }
            const texts = JSON.stringify(sent.map((value) => textOf(type, value)))
            const rows = await Effect.runPromise(
              connection.transaction(({ run }) =>
                run(same, [(writer) => writeArray(writer, column), text(texts)])
              )
            )
            assert.strictEqual(rows[0]?.[0], "t", `${rows[0]?.[1]} is not ${texts}`)
          }
          const arrays = fc.array(fc.option(values[type]), { maxLength: 20 })
          yield* Effect.promise(() => fc.assert(fc.asyncProperty(arrays, compare), { numRuns: 200 }))
        })
      )
    }

    it.effect("a message longer than the place it was given keeps what was written before", () =>
      Effect.sync(() => {
        const writer = new BinaryWriter(4)
        for (let i = 0; i < 100; i++) writer.int32(i)
        writer.text("ü".repeat(50))
        const bytes = writer.written()
        assert.strictEqual(bytes.readInt32BE(4 * 77), 77)
        assert.strictEqual(bytes.subarray(400).toString(), "ü".repeat(50))
      })
    )
  }
)
