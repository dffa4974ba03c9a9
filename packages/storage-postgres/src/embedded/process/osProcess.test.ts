import { assert, describe, it } from "vitest"
import { hasCommand, inspect, isPostmasterOf, isSame } from "./osProcess.ts"

const server = {
  pid: 7,
  born: "1",
  cwd: "/d/data",
  command: ["/x/bin/postgres", "-D", "/d/data", "-c", "port=5432"]
}

describe("osProcess", () => {
  it("finds this process and none for an id that cannot be one", () => {
    const self = inspect(process.pid)
    assert.isTrue(self !== undefined && isSame(self))
    assert.isUndefined(inspect(-1))
    assert.isUndefined(inspect(2 ** 30))
  })

  it("knows a server of the directory from a server of another and from a stranger", () => {
    assert.isTrue(isPostmasterOf(server, "/d/data"))
    assert.isTrue(isPostmasterOf({ ...server, cwd: undefined }, "/d/data"))
    assert.isTrue(isPostmasterOf({ ...server, cwd: "/renamed/data" }, "/renamed/data"))
    assert.isFalse(
      isPostmasterOf({ ...server, cwd: "/e/data", command: ["postgres", "-D", "/e/data"] }, "/d/data")
    )
    assert.isFalse(isPostmasterOf({ ...server, command: ["/bin/sleep", "-D", "/d/data"] }, "/d/data"))
    assert.isTrue(isPostmasterOf({ ...server, command: "/x/postgres -D /d/data -c port=1" }, "/d/data"))
    assert.isFalse(isPostmasterOf({ ...server, command: "vi /d/data/postgresql.conf" }, "/d/data"))
  })

  it("compares whole commands", () => {
    assert.isTrue(hasCommand(server, server.command))
    assert.isFalse(hasCommand(server, server.command.slice(0, -1)))
    assert.isTrue(hasCommand({ ...server, command: "a b" }, ["a", "b"]))
  })
})
