import { gzipSync } from "node:zlib"
import { assert, describe, it } from "vitest"
import { readRows, type RowBatch, type RowsOptions } from "./readRows.ts"

const encode = (text: string) => new TextEncoder().encode(text)

/** The bytes in pieces of a size. */
async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.slice(from, from + size)
}

const readAll = async (chunks: AsyncIterable<Uint8Array>, options: Partial<RowsOptions> = {}) => {
  const batches: Array<RowBatch> = []
  for await (const batch of readRows(chunks, { format: "csv", isGzipped: false, ...options })) {
    batches.push(batch)
  }
  return batches
}

const refusal = async (...given: Parameters<typeof readAll>): Promise<string> => {
  try {
    await readAll(...given)
    return "read"
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

const minute = (i: number) => new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString()
const row = (i: number) => `m,${minute(i)},${i % 7 === 3 ? "x" : i}\n`
const file = (rows: number) =>
  `\ufeffdevice,at,powerW\n${Array.from({ length: rows }, (_, i) => row(i)).join("")}`

describe("a body of rows", () => {
  it("says the same however it is cut, gzipped or not, in batches", async () => {
    const plain = encode(file(5_000))
    const whole = await readAll(cut(plain, plain.length))
    const flat = (batches: ReadonlyArray<RowBatch>) => ({
      readings: batches.flatMap(({ readings }) => readings),
      faults: batches.flatMap(({ faults }) => faults)
    })
    const { faults, readings } = flat(whole)
    assert.strictEqual(readings.length + faults.length, 5_000)
    assert.deepInclude(faults[0], { index: 3, line: 5, field: "powerW" })
    for (const size of [1, 2, 7, 1_000, 65_536]) {
      assert.deepStrictEqual(flat(await readAll(cut(plain, size))), { readings, faults }, `${size}`)
    }
    const small = new Uint8Array(gzipSync(plain))
    const unfolded = await readAll(cut(small, 100), { isGzipped: true })
    assert.deepStrictEqual(flat(unfolded), { readings, faults })
    assert.isAbove(unfolded.length, 1)
  })

  it("is read no further than it is taken", async () => {
    let given = 0
    async function* endless() {
      yield encode("device,at,powerW\n")
      for (;;) {
        given++
        yield encode(`m,${minute(given)},1\n`.repeat(500))
      }
    }
    const rows = readRows(endless(), { format: "csv", isGzipped: false })
    await rows.next()
    const before = given
    await new Promise((resolve) => setImmediate(resolve))
    assert.strictEqual(given, before)
    await rows.return(undefined)
  })

  it("is bounded in bytes, rows, lines and faults", async () => {
    const limits = { bytes: 1_000, inflatedBytes: 2_000, rows: 10, faulty: 2 }
    const sound = (rows: number) => encode(`device,at,powerW\n${`m,${minute(0)},1\n`.repeat(rows)}`)
    const gzip = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))
    assert.strictEqual(await refusal(cut(sound(10), 50), { limits }), "read")
    assert.include(await refusal(cut(sound(11), 50), { limits }), "more than 10 rows")
    assert.include(
      await refusal(cut(encode(`at,powerW\n${" ".repeat(2_000)}`), 50), { limits }),
      "larger than 1000 bytes"
    )
    const folded = gzip(encode(`device,at,powerW\n${" ".repeat(5_000)}`))
    assert.include(await refusal(cut(folded, 50), { limits, isGzipped: true }), "unfolds to more than 2000")
    assert.include(await refusal(cut(encode(`at,powerW\n${"\n".repeat(30)}`), 5), { limits }), "20 lines")
    assert.include(await refusal(cut(encode("at,powerW\na,1\nb,2\nc,3\n"), 5), { limits }), "this is line 4")
  })

  it("that breaks off or is none is refused with the reason", async () => {
    async function* broken() {
      yield encode("device,at,powerW\n")
      throw new Error("socket")
    }
    const half = new Uint8Array(gzipSync(encode(file(100)))).slice(0, 60)
    assert.include(await refusal(broken()), "broke off")
    assert.include(await refusal(cut(half, 10), { isGzipped: true }), "not a complete gzip stream")
    assert.include(await refusal(cut(new Uint8Array(0), 1)), "is empty")
    assert.include(await refusal(cut(encode("a".repeat(70_000)), 9_000)), "too long")
    assert.include(await refusal(cut(Uint8Array.of(0xff, 0xfe, 0x41, 10), 1)), "not valid UTF-8")
  })
})
