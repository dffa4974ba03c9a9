import { assert, describe, it } from "vitest"
import { fromLog, fromSystem } from "./EmbeddedPostgresError.ts"

describe("EmbeddedPostgresError", () => {
  it.each([
    ['FATAL:  could not write lock file "postmaster.pid": No space left on device', "disk"],
    [
      "postgres: error while loading shared libraries: libstdc++.so.6: cannot open shared object file",
      "library"
    ],
    ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', "port"],
    ["FATAL:  could not map anonymous shared memory: Cannot allocate memory", "memory"],
    ['initdb: error: could not access directory "/x": Permission denied', "permission"],
    [
      '"root" execution of the PostgreSQL server is not permitted.\ninitdb: error: cannot be run as root',
      "root"
    ],
    ["FATAL:  something new", "initialise"]
  ])("names the reason in %s", (line, reason) => {
    const failed = fromLog("initialise", "It failed.", [line])
    assert.strictEqual(failed.reason, reason)
    assert.isTrue(failed.message.endsWith(line))
    assert.notInclude(failed.message.split("\n")[0] ?? "", "FATAL")
  })

  it("tells a full disk from a closed directory", () => {
    assert.strictEqual(
      fromSystem("write", Object.assign(new Error("full"), { code: "ENOSPC" })).reason,
      "disk"
    )
    assert.strictEqual(
      fromSystem("write", Object.assign(new Error("no"), { code: "EACCES" })).reason,
      "permission"
    )
  })
})
