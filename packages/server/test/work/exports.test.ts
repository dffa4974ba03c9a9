import { gunzipSync } from "node:zlib"
import { setTimeout } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeHouse } from "../fixtures/call.ts"
import { type Door, type Held, openDoor, password } from "../identity/house.fixture.ts"

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door?.close())

interface Job {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly progress: number
  readonly result: { readonly file: { readonly bytes: number; readonly name: string } } | null
}

interface Note {
  readonly id: string
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
  readonly readAt: string | null
}

const until = async <A>(ask: () => Promise<A>, isIt: (found: A) => boolean): Promise<A> => {
  for (const end = performance.now() + 20_000; performance.now() < end; await setTimeout(20)) {
    const found = await ask()
    if (isIt(found)) return found
  }
  throw new Error("it never came")
}

const jobOf = (held: Held, id: string) => async () => (await door.as(held)<Job>("GET", `/v1/jobs/${id}`)).data

const fileOf = ({ accessToken }: Held, id: string): Promise<Response> =>
  fetch(`${door.url}/v1/jobs/${id}/file`, { headers: { authorization: `Bearer ${accessToken}` } })

const notesOf = async (held: Held) =>
  (await door.as(held)<ReadonlyArray<Note>>("GET", "/v1/notifications")).data

describe("an export in the background", () => {
  it("is a job whose file only its owner fetches, who is told when it is there", async () => {
    const ada = await door.join("ada@example.com")
    const as = door.as(ada)
    await makeHouse(as, "elm", "elm-meter")
    const begun = await as<Job>("POST", "/v1/users/me/exports")
    assert.deepInclude(begun.data, { kind: "personal_export" })
    assert.notProperty(begun.data, "payload")
    const { id } = begun.data
    assert.strictEqual((await as<Job>("POST", "/v1/users/me/exports")).data.id, id)
    const done = await until(jobOf(ada, id), ({ state }) => state === "succeeded")
    assert.strictEqual(done.progress, 100)

    const response = await fileOf(ada, id)
    assert.strictEqual(response.status, 200)
    assert.strictEqual(response.headers.get("content-type"), "application/gzip")
    assert.include(response.headers.get("content-disposition") ?? "", done.result!.file.name)
    const bytes = Buffer.from(await response.arrayBuffer())
    assert.strictEqual(bytes.length, done.result!.file.bytes)
    const text = gunzipSync(bytes).toString()
    assert.include(text, '"format":"wattkit-personal-data"')
    assert.include(text, "ada@example.com")
    assert.include(text, "elm-meter")

    const eve = await door.join("eve@example.com")
    assert.strictEqual((await fileOf(eve, id)).status, 404)
    assert.strictEqual((await door.as(eve)("GET", `/v1/jobs/${id}`)).status, 404)
    assert.isEmpty((await door.as(eve)<ReadonlyArray<Job>>("GET", "/v1/jobs")).data)
    const listed = await as<ReadonlyArray<Job>>("GET", "/v1/jobs?kind=personal_export&state=succeeded")
    assert.deepStrictEqual(
      listed.data.map((job) => job.id),
      [id]
    )
    const note = (await notesOf(ada)).find(({ kind }) => kind === "export_ready")
    assert.deepStrictEqual(note?.data, { jobId: id })
    assert.include(await door.mailTo("ada@example.com", 2), "24 hours")
  })
})

describe("notifications", () => {
  it("tell of sign-ins and of a new password, page by page, and are read one by one or all", async () => {
    const held = await door.join("grace@example.com")
    const as = door.as(held)
    await door.signIn("grace@example.com")
    const next = "Another-Horse-8"
    await as("PUT", "/v1/users/me/password", { body: { current: password, next } })
    const notes = await until(
      () => notesOf(held),
      ({ length }) => length === 3
    )
    assert.deepStrictEqual(notes.map(({ kind }) => kind).toSorted(), [
      "new_sign_in",
      "new_sign_in",
      "password_changed"
    ])
    const unread = async () => (await as<{ unread: number }>("GET", "/v1/notifications/unread")).data.unread
    assert.strictEqual(await unread(), 3)
    const first = await as<ReadonlyArray<Note>>("GET", "/v1/notifications?limit=2")
    const { nextCursor } = first.meta as { nextCursor?: string }
    const second = await as<ReadonlyArray<Note>>("GET", `/v1/notifications?limit=2&cursor=${nextCursor}`)
    assert.deepStrictEqual([...first.data, ...second.data], notes)
    const read = await as<Note>("PUT", `/v1/notifications/${notes[1]!.id}/read`)
    assert.isString(read.data.readAt)
    assert.strictEqual(await unread(), 2)
    const left = await as<ReadonlyArray<Note>>("GET", "/v1/notifications?show=unread")
    assert.lengthOf(left.data, 2)
    assert.deepStrictEqual((await as("PUT", "/v1/notifications/read-all")).data, { read: 2 })
    assert.strictEqual(await unread(), 0)
  })

  it("take the ways somebody chose, of those there are", async () => {
    const held = await door.join("mary@example.com")
    const as = door.as(held)
    const path = "/v1/notifications/preferences"
    const usual = await as("GET", path)
    assert.deepStrictEqual(usual.data, { new_sign_in: ["in_app"], export_ready: ["in_app", "email"] })
    const etag = usual.headers.get("etag")!
    const body = { new_sign_in: ["email"], export_ready: ["in_app"] }
    const changed = await as("PUT", path, { body, headers: { "if-match": etag } })
    assert.deepStrictEqual([changed.status, changed.data], [200, body])
    const stale = await as("PUT", path, { body, headers: { "if-match": etag } })
    assert.strictEqual(stale.status, 412)
    for (const wrong of ["sms", "push", ""]) {
      const refused = await as("PUT", path, { body: { ...body, export_ready: [wrong] } })
      assert.strictEqual(refused.status, 400, wrong)
      assert.include(refused.text, "export_ready")
    }
    const told = (await notesOf(held)).length
    await door.signIn("mary@example.com")
    assert.include(await door.mailTo("mary@example.com", 2), "Somebody signed in")
    assert.lengthOf(await notesOf(held), told)
  })
})
