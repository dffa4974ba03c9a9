import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { configOf } from "../fixtures/inProcess.ts"
import { type Door, openDoor } from "../identity/house.fixture.ts"
import { house, plug } from "./things.fixture.ts"

describe("devices that people register", () => {
  let door: Door

  beforeAll(async () => {
    const { edge } = configOf({ dataDir: "" })
    door = await openDoor({ edge: { ...edge, registrationsPerHour: 2 } })
  })

  afterAll(() => door.close())

  it("are as many in an hour as the setting says, and those of programs are not counted", async () => {
    const call = door.as(await door.join("ada@example.com"))
    const place = await call<{ id: string }>("POST", "/v1/locations", { body: house })
    const path = `/v1/locations/${place.data.id}/devices`
    const register = () => call("POST", path, { body: plug })
    assert.deepStrictEqual([(await register()).status, (await register()).status], [201, 201])
    const refused = await register()
    assert.deepStrictEqual([refused.status, refused.code], [429, "RATE_LIMITED"])
    assert.closeTo(Number(refused.headers.get("retry-after")), 3_600, 60)
    await door.call("POST", "/v1/locations", { body: { ...house, id: "programs" } })
    for (let i = 0; i < 5; i++) {
      const made = await door.call("POST", "/v1/locations/programs/devices", { body: plug })
      assert.strictEqual(made.status, 201)
    }
  })
})
