import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeScene, markers, type Scene } from "../contract/Scene.ts"
import { configOf, startServer, type TestServer } from "../fixtures/inProcess.ts"
import { injected, type TextInput, textInputs } from "./injected.ts"

/** So many payloads go into each input; WATTKIT_TEST_INJECTIONS=50 for as many as are required. */
const each = Number(process.env["WATTKIT_TEST_INJECTIONS"] ?? 2)

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

/** Operations that may end the session that asks, or the person: each of these asks in a scene of its own. */
const isTouchy = ({ operation }: TextInput): boolean =>
  /logout|sessions|users\/me|auth\/mfa/.test(operation.path)

/**
 * Which payload goes into which input, the same in every run. Neighbours among the inputs, which are often of
 * one request, have payloads that are far apart, and each payload comes to inputs all over the contract.
 */
const plan = textInputs.flatMap((input, i) =>
  Array.from({ length: each }, (_, n) => ({ input, payload: payloads[(i * 7 + n * 23) % payloads.length]! }))
)

describe("a text that would be SQL", () => {
  let server: TestServer
  let scene: Scene

  beforeAll(async () => {
    const edge = { ...configOf({ dataDir: "" }).edge, trustedProxies: ["127.0.0.1", "::1"] }
    server = await startServer(undefined, { edge })
    scene = await makeScene(server)
  })

  afterAll(() => server.close())

  it("comes in as many forms as are tried, at every input there is", () => {
    assert.strictEqual(new Set(payloads).size, payloads.length)
    assert.isAtLeast(payloads.length, 50)
    assert.isAbove(textInputs.length, 150)
  })

  it("is tried of each kind at several inputs, and of many kinds at each operation", () => {
    for (const payload of payloads) {
      const at = new Set(
        plan.filter((one) => one.payload === payload).map(({ input }) => input.operation.name)
      )
      assert.isAtLeast(at.size, 5, payload)
    }
    for (const { operation } of textInputs) {
      const tried = plan.filter(({ input }) => input.operation === operation)
      assert.strictEqual(
        new Set(tried.map(({ payload }) => payload)).size,
        Math.min(tried.length, payloads.length)
      )
    }
  })

  /** Asks from an address of its own, so that nobody is slowed down for what others tried. */
  const ask = async ({ input, payload }: (typeof plan)[number], turn: number) => {
    const own = isTouchy(input) ? await makeScene(server) : scene
    const { headers, method, path, ...options } = injected(input, payload, own)
    const from = `198.${18 + (turn >> 16)}.${(turn >> 8) & 255}.${turn & 255}`
    const key = await own.secretOf("admin")
    const startedAt = performance.now()
    const answer = await server.call(method, path, {
      ...options,
      key,
      headers: { ...headers, "x-forwarded-for": from }
    })
    return { ...answer, ms: performance.now() - startedAt }
  }

  it(`is a text everywhere: ${each} of each kind`, { timeout: 600_000 + each * 60_000 }, async () => {
    const waiting = plan.entries()
    const slow: Array<string> = []
    const statuses = new Map<number, number>()
    const work = async (): Promise<void> => {
      for (const [turn, one] of waiting) {
        const { ms, status, text } = await ask(one, turn)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        const asked = `${one.input.operation.name}, ${one.input.place}: ${one.payload}`
        const what = `${asked}: ${status} ${text.slice(0, 300)}`
        if (ms > 4_000) slow.push(what)
        assert.isBelow(status, 500, what)
        assert.notMatch(text, /syntax error|unterminated|SQLSTATE|PgError|violates/i, what)
        assert.notInclude(text, markers.foreign, what)
      }
    }
    await Promise.all([work(), work(), work(), work()])
    assert.deepStrictEqual(slow, [])
    // Who is not let in, or has to wait, has tried nothing.
    const refused = [401, 403, 429].reduce((sum, status) => sum + (statuses.get(status) ?? 0), 0)
    assert.isBelow(refused, plan.length / 4, JSON.stringify([...statuses]))
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
