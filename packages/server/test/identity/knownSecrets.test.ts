import { rmSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { Effect, Redacted } from "effect"
import { identityConfigOf } from "../../src/identity/settings.ts"
import { temporaryFolder } from "../fixtures/inProcess.ts"
import { start } from "../fixtures/serverProcess.ts"

const samples = [
  "changeme".repeat(6),
  "A".repeat(44),
  "0123456789abcdef0123456789abcdef0123456789abcdef",
  Buffer.from("wattkit-default-secret-of-32-bytes!!").toString("base64url"),
  Buffer.alloc(32).toString("base64url")
]

describe("a secret that others know", () => {
  it("keeps the server from starting, which says how to make one", async () => {
    const dataDir = temporaryFolder()
    const args = ["serve", "--no-demo", "--port", "0", "--data-dir", dataDir]
    const { code, err, out } = await start(args, { WATTKIT_SECRET: samples[0]! }).ended
    assert.strictEqual(code, 1)
    assert.include(err, "openssl rand")
    assert.notInclude(err + out, samples[0]!)
    rmSync(dataDir, { recursive: true, force: true })
  })

  it("is refused whichever it is", async () => {
    const given = { smtpUrl: undefined, mailFrom: undefined, registration: undefined, sessionDays: "7" }
    for (const sample of samples) {
      const read = identityConfigOf({ ...given, secret: Redacted.make(sample) })
      assert.include((await Effect.runPromise(Effect.flip(read))).message, "WATTKIT_SECRET")
    }
  })
})
