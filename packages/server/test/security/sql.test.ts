import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeScene, markers, type Scene } from "../contract/Scene.ts"
import { startServer, type TestServer } from "../fixtures/inProcess.ts"
import { injected, textInputs } from "./injected.ts"

/** So many payloads go into each input; 50 are all. */
const each = Number(process.env["WATTKIT_TEST_INJECTIONS"] ?? 1)

const sleeps = [
  "'; SELECT pg_sleep(5); --",
  "' || pg_sleep(5) || '",
  "1; SELECT pg_sleep(5)",
  "') OR 1=(SELECT 1 FROM pg_sleep(5)) --",
  "x' AND 1=(SELECT COUNT(*) FROM generate_series(1,50000000)) --",
  "${(select pg_sleep(5))}",
  "'; DO $$ BEGIN PERFORM pg_sleep(5); END $$; --"
]

const payloads: ReadonlyArray<string> = [
  ...sleeps,
  "'",
  '"',
  "''",
  "\\'",
  "`",
  ";",
  "--",
  "/*",
  "*/",
  "$1",
  "$$",
  ":name",
  "?",
  "%",
  "_",
  "\\",
  "' OR '1'='1",
  "' OR 1=1 --",
  '" OR ""="',
  "') OR ('1'='1",
  "1 OR 1=1",
  "admin'--",
  "' OR tenant_id IS NOT NULL --",
  "' UNION SELECT NULL --",
  "' UNION ALL SELECT table_name FROM information_schema.tables --",
  "'; DROP TABLE readings; --",
  "'; DELETE FROM locations; --",
  "'; UPDATE devices SET name = 'owned'; --",
  "'; SET app.tenant = 'foreign'; --",
  "'; COPY (SELECT 1) TO PROGRAM 'id'; --",
  "'; SELECT set_config('role', 'postgres', false); --",
  "id; id DESC",
  "name) --",
  "(CASE WHEN 1=1 THEN id ELSE name END)",
  "1e309",
  "0x27",
  "%27",
  "%2527",
  "\u02bc OR 1=1",
  "\uff07 OR 1=1",
  "E'\\x27'",
  "U&'\\0027'",
  "{1,2}",
  "NULL",
  "1::int/0"
]

describe("a text that would be SQL", () => {
  let server: TestServer
  let scene: Scene
  let key: string | null

  beforeAll(async () => {
    server = await startServer()
    scene = await makeScene(server)
    key = await scene.secretOf("admin")
  })

  afterAll(() => server.close())

  it("comes in as many forms as are tried, at every input there is", () => {
    assert.strictEqual(new Set(payloads).size, payloads.length)
    assert.isAtLeast(payloads.length, 50)
    assert.isAbove(textInputs.length, 150)
  })

  it(`is a text everywhere: ${each} of each kind`, { timeout: 600_000 }, async () => {
    const waiting = textInputs
      // What ends the session that asks would end the test with it.
      .filter(({ operation }) => !/logout|sessions|users\/me|auth\/mfa/.test(operation.path))
      .flatMap((input, i) =>
        Array.from({ length: each }, (_, n) => ({ input, payload: payloads[(i * 7 + n) % payloads.length]! }))
      )
      .values()
    const slow: Array<string> = []
    const work = async (): Promise<void> => {
      for (const { input, payload } of waiting) {
        const { method, path, ...options } = injected(input, payload, scene)
        const startedAt = performance.now()
        const answer = await server.call(method, path, { ...options, key })
        const asked = `${input.operation.name}, ${input.place}: ${payload}`
        const what = `${asked}: ${answer.status} ${answer.text.slice(0, 300)}`
        if (performance.now() - startedAt > 4_000) slow.push(what)
        assert.isBelow(answer.status, 500, what)
        assert.notMatch(answer.text, /syntax error|unterminated|SQLSTATE|PgError|violates/i, what)
        assert.notInclude(answer.text, markers.foreign, what)
      }
    }
    await Promise.all([work(), work(), work(), work()])
    assert.deepStrictEqual(slow, [])
  })

  it("left everything as it was", async () => {
    const fresh = await makeScene(server)
    for (const of of [fresh, scene]) {
      const found = await server.call("GET", `/v1/locations/${of.locationOf("far")}`, {
        key: await of.secretOf("admin")
      })
      assert.strictEqual(found.status, 200)
      assert.strictEqual(found.data["name"], markers.far)
    }
  })
})
