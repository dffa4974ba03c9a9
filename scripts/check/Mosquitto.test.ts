import { assert, describe, it } from "vitest"
import * as Mosquitto from "./Mosquitto.ts"

describe("Mosquitto", () => {
  const find = (paths: ReadonlyArray<string>, env: Record<string, string> = {}) =>
    Mosquitto.find({ env: { PATH: "/usr/bin", ...env }, isExecutable: (path) => paths.includes(path) })

  it("prefers the one that is named, then one on the path, then the system's", () => {
    const all = ["/opt/mosquitto", "/usr/bin/mosquitto", "/usr/sbin/mosquitto"]
    assert.strictEqual(find(all, { WATTKIT_MOSQUITTO: "/opt/mosquitto" }), "/opt/mosquitto")
    assert.strictEqual(find(all, { WATTKIT_MOSQUITTO: "/missing" }), "/usr/bin/mosquitto")
    assert.strictEqual(find(["/usr/sbin/mosquitto"]), "/usr/sbin/mosquitto")
    assert.isUndefined(find([]))
  })
})
