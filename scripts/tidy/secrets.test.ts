import { dirname } from "node:path"
import { assert, describe, it } from "vitest"
import { readRepository } from "./readRepository.ts"
import { notGuessed, secrets, secretsBut } from "./rules/secrets.ts"
import { ownTexts, sqlTexts, sqlTextsBut } from "./rules/sqlTexts.ts"

const repository = readRepository(dirname(dirname(import.meta.dirname)))

const under = (start: string) => repository.filter(({ path }) => path.startsWith(start))

const inSource = (text: string) => [{ path: "packages/engine/src/a.ts", text }]

describe("secrets", () => {
  const count = (text: string): number => secrets.check(inSource(text)).length

  it.each([
    "if (given === secret) return",
    "a.token !== b",
    "if (known.digest == digestOf) {",
    "x.password! === y.password",
    "hmac(key, body) !== headers.signature",
    'digest.toString("hex") === other',
    "(await made(salt, given)) === hash",
    "one ===\n  other.accessToken",
    "kept?.recoveryCodeHash === typed",
    "mac[0] !== expected[0]",
    "Equal.equals(kept.secret, typed)",
    "Buffer.compare(signature, expected) === 0",
    "kept.digest.equals(typed)"
  ])("are not compared by %s", (text) => {
    assert.isAtLeast(count(text), 1)
  })

  it.each([
    "secret === undefined",
    'token === ""',
    "token.kind === kind",
    "one === other",
    "secrets.length === length",
    "// given === secret",
    'say("given === secret")',
    "code === HASH",
    "sameBytes(one.digest, other.digest)",
    "hashes.has(digest)",
    "const machine = role === stomach"
  ])("are not what %s is about", (text) => {
    assert.strictEqual(count(text), 0)
  })

  it("may be compared elsewhere than in what is shipped", () => {
    const text = "given === secret"
    for (const path of ["packages/engine/src/a.test.ts", "packages/engine/test/a.ts", "scripts/a.ts"]) {
      assert.deepStrictEqual(secrets.check([{ path, text }]), [])
    }
  })

  it("have no exception that nothing needs any more", () => {
    for (const one of notGuessed) {
      const others = notGuessed.filter((other) => other !== one)
      assert.isAbove(
        secretsBut(others).check(under(`packages/${one.path}`)).length,
        0,
        `${one.path} ${one.text}`
      )
    }
  })
})

describe("texts of SQL", () => {
  const count = (text: string): number => sqlTexts.check(inSource(text)).length

  it.each([
    "yield* sql.unsafe(text)",
    "sql.unsafe<Row>(`SHOW ${name}`)",
    "sql`SELECT ${sql.literal(columns)}`",
    "sql`ORDER BY ${sql.literal(`${name} DESC`)}`",
    "client.query(order + name)",
    "const text = `SELECT * FROM ${table}`",
    "const text = `\n  WITH a AS (SELECT 1) SELECT ${b}`",
    'const text = "SELECT * FROM readings WHERE id = " + id',
    "const by = given\nsql.literal(by)"
  ])("are not made by %s", (text) => {
    assert.isAtLeast(count(text), 1)
  })

  it.each([
    "sql`SELECT * FROM t WHERE id = ${id}`",
    "sql<Row>`SELECT * FROM t WHERE id = ${id}`",
    'sql.literal("a, b")',
    'sql.literal("a, b, " +\n  "c")',
    'const columns = "a, b"\nsql.literal(columns)',
    "sql.unsafe(`SHOW fsync`)",
    "// sql.unsafe(text)",
    "store.query([a, b])",
    "say(`UPDATED ${count} things`)"
  ])("are made by %s", (text) => {
    assert.strictEqual(count(text), 0)
  })

  it("have no exception that nothing needs any more", () => {
    for (const one of ownTexts) {
      const others = ownTexts.filter((other) => other !== one)
      for (const known of one.texts ?? [""]) {
        const texts = one.texts?.filter((other) => other !== known)
        const kept = texts === undefined || texts.length === 0 ? others : [...others, { ...one, texts }]
        assert.isAbove(sqlTextsBut(kept).check(under(one.path)).length, 0, `${one.path} ${known}`)
      }
    }
  })
})
