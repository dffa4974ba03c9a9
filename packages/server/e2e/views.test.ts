import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import type { Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import { type Held, password, secretIn } from "../test/identity/house.fixture.ts"
import {
  assertClean,
  looks,
  narrow,
  openStage,
  picture,
  signInAs,
  type Stage,
  untilIn,
  untilOut,
  wide
} from "./people.fixture.ts"

const email = "ada@example.com"

let stage: Stage
let held: Held

beforeAll(async () => {
  stage = await openStage()
  const { door } = stage
  held = await door.join(email)
  const call = door.as(held)
  for (const [id, name] of [
    ["elm", "Elm Street 7"],
    ["lake", "Lake cabin"]
  ]) {
    const body = { id, name, kind: "house", zone: "Europe/Berlin", currency: "EUR" }
    assert.strictEqual((await call("POST", "/v1/locations", { body })).status, 201)
  }
  const body = { email: "grace@example.com", name: "Grace Hopper", role: "user", locations: ["elm"] }
  await call("POST", "/v1/users", { body })
  await call("POST", "/v1/api-keys", { body: { name: "Grafana", scopes: ["read"], locations: ["elm"] } })
})

afterAll(() => stage?.close())

const part = (page: Page, title: string) => page.getByRole("region", { name: title, exact: true })

const newsOf = (page: Page, title: string, text: string | RegExp) =>
  part(page, title).getByRole("status").filter({ hasText: text }).first().waitFor()

const signedIn = async (fragment: string, options = {}) => {
  const watched = await stage.visit(fragment, options)
  await signInAs(watched.page, email)
  await untilIn(watched.page)
  return watched
}

describe("the pages of somebody who is in", () => {
  it.each(looks)("fit and look as on the pictures %s", async (name, viewport, colorScheme) => {
    const watched = await signedIn("", { viewport, colorScheme })
    const { page } = watched
    await picture(page, `now-${name}`)
    for (const [link, title] of [
      ["Profile", "Your keys"],
      ["Members", "Who belongs here"],
      ["Log", "Who did what"]
    ] as const) {
      await page.getByRole("link", { name: link }).press("Enter")
      await part(page, title).getByRole("listitem").first().waitFor()
      assert.strictEqual(await page.evaluate(() => document.activeElement?.textContent), link)
      if (link === "Log") await page.locator("summary").first().click()
      await picture(page, `${link.toLowerCase()}-${name}`)
    }
    await page.goBack()
    await page.getByRole("button", { name: "Invite somebody" }).click()
    await picture(page, `invite-${name}`)
    await page.keyboard.press("Escape")
    assert.strictEqual(await page.evaluate(() => document.activeElement?.textContent), "Invite somebody")
    await page.goBack()
    await page.getByRole("button", { name: "Make a key" }).click()
    await page.getByRole("dialog").getByLabel("Name").waitFor()
    await picture(page, `make-key-${name}`)
    assertClean(watched)
    await page.context().close()
  })
})

describe("the profile", () => {
  it("changes a name and a password, and ends sessions elsewhere", async () => {
    const { door } = stage
    const elsewhere = await door.signIn(email)
    const watched = await signedIn("#/profile")
    const { page } = watched
    await part(page, "You").getByLabel("Name").fill("Ada Lovelace")
    await page.keyboard.press("Enter")
    await newsOf(page, "You", "You are called Ada Lovelace now.")
    const sessions = part(page, "Where you are signed in")
    const count = await sessions.getByRole("listitem").count()
    await sessions
      .getByRole("button", { name: /^Sign out node/ })
      .first()
      .click()
    await newsOf(page, "Where you are signed in", "node is signed out.")
    assert.strictEqual(await sessions.getByRole("listitem").count(), count - 1)
    await sessions.getByRole("button", { name: "Sign out everywhere else" }).click()
    await newsOf(page, "Where you are signed in", "ended.")
    assert.strictEqual((await door.as(elsewhere)("GET", "/v1/users/me")).status, 401)

    const passwords = part(page, "Password")
    await passwords.getByLabel("Password now").fill("Wrong-Horse-7")
    await passwords.getByLabel("New password").fill("Other-Horse-8")
    await page.keyboard.press("Enter")
    await page.getByText("The password is wrong.").waitFor()
    await passwords.getByLabel("Password now").fill(password)
    await page.keyboard.press("Enter")
    await newsOf(page, "Password", "Your password is changed.")
    held = await door.signIn(email, "Other-Horse-8")
    const back = { current: "Other-Horse-8", next: password }
    await door.as(held)("PUT", "/v1/users/me/password", { body: back })
    assertClean(watched, "/v1/users/me/password")
    await page.context().close()
  })

  it("makes a key, shows its secret once, and revokes it", async () => {
    const watched = await signedIn("#/profile")
    const { page } = watched
    await page.getByRole("button", { name: "Make a key" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("Name").fill("Probe")
    await dialog.getByLabel("see readings").uncheck()
    await page.keyboard.press("Enter")
    await dialog.getByText("Say what the key may do.").waitFor()
    await dialog.getByLabel("see readings").check()
    await dialog.getByLabel("Lake cabin").check()
    await dialog.getByRole("button", { name: "Make" }).click()
    const secret = (await page.getByLabel("Key", { exact: true }).innerText()).trim()
    await picture(page, "key-once")
    await page.getByRole("button", { name: "Done" }).click()
    const call = stage.door.as({ accessToken: secret, refreshToken: "" })
    const { data } = await call<ReadonlyArray<{ id: string }>>("GET", "/v1/locations")
    assert.deepStrictEqual(
      data.map(({ id }) => id),
      ["lake"]
    )
    assert.notInclude(await page.content(), secret)
    await page.getByRole("button", { name: "Revoke Probe" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click()
    await newsOf(page, "Your keys", "Probe is revoked.")
    await vi.waitUntil(async () => (await call("GET", "/v1/locations")).status === 401, { timeout: 10_000 })
    assertClean(watched)
    await page.context().close()
  })

  it("enters another tenant and leaves the one before", async () => {
    const { door } = stage
    await door.call("POST", "/v1/users", {
      body: { email, name: "Ada", role: "facility_manager", locations: [] }
    })
    const watched = await signedIn("#/profile")
    const { page } = watched
    const tenants = part(page, "Your tenants")
    await tenants.getByRole("button", { name: /^Enter/ }).click()
    await page.getByRole("dialog").getByLabel("Password").fill("Wrong-Horse-7")
    await page.keyboard.press("Enter")
    await page.getByRole("dialog").getByText("The password is wrong.").waitFor()
    await page.getByRole("dialog").getByLabel("Password").fill(password)
    // The sessions of one tenant are counted, of which one is the page's until it is left.
    const { tenantId } = (await door.as(held)<{ tenantId: string }>("GET", "/v1/users/me")).data
    const here = async (): Promise<number> => {
      const { data } = await door.as(held)<ReadonlyArray<{ tenantId: string }>>("GET", "/v1/sessions")
      return data.filter((session) => session.tenantId === tenantId).length
    }
    const before = await here()
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")])
    await part(page, "You").getByText("Facility manager").waitFor()
    assert.strictEqual(await here(), before - 1)
    assertClean(watched, "/v1/auth/login")
    await page.context().close()
  })

  it("gives everything along, and has it erased", async () => {
    const { door } = stage
    await door.join("leaving@example.com")
    const { page } = await stage.visit("#/profile")
    await signInAs(page, "leaving@example.com")
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download everything" }).click()
    ])
    const lines = gunzipSync(readFileSync(await saved.path())).toString("utf8")
    assert.include(lines, "leaving@example.com")
    assert.match(saved.suggestedFilename(), /^wattkit-personal-data-.*\.ndjson\.gz$/)
    await page.getByRole("button", { name: "Have it erased…" }).click()
    await page.getByRole("dialog").getByLabel("Password").fill(password)
    await picture(page, "erase")
    await page.getByRole("dialog").getByRole("button", { name: "Have it erased" }).click()
    await untilOut(page)
    await page.getByText(/will be erased on \d+ \w+ \d+\. Sign in before then to keep it\./).waitFor()
    await page.reload()
    await untilOut(page)
    await page.context().close()
  })
})

describe("members", () => {
  it("are invited, changed, kept out and taken out", async () => {
    const { door } = stage
    const watched = await signedIn("#/members")
    const { page } = watched
    await page.getByRole("button", { name: "Invite somebody" }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel("E-mail address").fill("alan@example.com")
    await dialog.getByLabel("Name").fill("Alan")
    await dialog.getByLabel("Role").selectOption("facility_manager")
    await dialog.getByLabel("Lake cabin").check()
    await page.keyboard.press("Enter")
    await newsOf(page, "Who belongs here", "Alan is invited.")
    assert.notStrictEqual(secretIn(await door.mailTo("alan@example.com")), "")
    const alan = page.getByRole("listitem").filter({ hasText: "alan@example.com" })
    await alan.getByText("Facility manager · Lake cabin · invited").waitFor()

    await page.getByRole("button", { name: "Change Alan" }).click()
    await dialog.getByLabel("Keep out").waitFor()
    await picture(page, "change-member")
    await page.setViewportSize(narrow)
    await picture(page, "change-member-narrow")
    await page.setViewportSize(wide)
    await dialog.getByLabel("Role").selectOption("user")
    await dialog.getByLabel("Lake cabin").uncheck()
    await dialog.getByLabel("Elm Street 7").check()
    await dialog.getByLabel("Keep out").check()
    await dialog.getByRole("button", { name: "Save" }).click()
    await newsOf(page, "Who belongs here", "Alan is changed.")
    await alan.getByText("User · Elm Street 7 · kept out").waitFor()

    await page.getByRole("button", { name: "Change Alan" }).click()
    await dialog.getByRole("button", { name: "Take out of the tenant…" }).click()
    await dialog.getByRole("button", { name: "Take out", exact: true }).click()
    await newsOf(page, "Who belongs here", "Alan is no member any more.")
    assert.strictEqual(await alan.count(), 0)

    await page.getByRole("button", { name: /^Change Ada/ }).click()
    await dialog.getByLabel("Role").selectOption("user")
    await dialog.getByRole("button", { name: "Save" }).click()
    await dialog.getByText("The last administrator who can sign in has to stay one.").waitFor()
    await dialog.getByRole("button", { name: "Cancel" }).click()
    assertClean(watched, "/v1/users/" + (await door.as(held)<{ id: string }>("GET", "/v1/users/me")).data.id)
    await page.context().close()
  })

  it("are there for a key that administers, which has no profile", async () => {
    const watched = await stage.visit(`#key=${stage.door.key}`)
    const { page } = watched
    await page.getByRole("link", { name: "Members" }).click()
    await part(page, "Who belongs here").getByRole("button", { name: "Invite somebody" }).waitFor()
    assert.isTrue(await page.getByRole("link", { name: "Profile" }).isHidden())
    assertClean(watched)
    await page.context().close()
  })
})

describe("the log", () => {
  it("and the members tell a key that does not administer that they are not for it", async () => {
    const body = { name: "Reader", scopes: ["read"], isShared: true }
    const { data } = await stage.door.call<{ secret: string }>("POST", "/v1/api-keys", { body })
    const watched = await stage.visit(`#key=${data.secret}`)
    const { page } = watched
    await page.getByRole("link", { name: "Members" }).click()
    await newsOf(page, "Who belongs here", /administer/)
    await page.getByRole("link", { name: "Log" }).click()
    await part(page, "Who did what")
      .getByText("That is all.")
      .or(page.getByText("There is nothing."))
      .waitFor()
    await picture(page, "log-of-a-key")
    assertClean(watched, "/v1/users?limit=50", "/v1/users?limit=500")
    await page.context().close()
  })

  it("is shown page by page, by action, verified and saved", async () => {
    const call = stage.door.as(held)
    for (let n = 0; n < 55; n++)
      await call("PUT", "/v1/locations/lake", {
        body: { name: `Lake cabin ${n}`, kind: "house", zone: "Europe/Berlin", currency: "EUR" }
      })
    const watched = await signedIn("#/log")
    const { page } = watched
    const items = page.getByRole("listitem")
    await items.nth(49).waitFor()
    assert.strictEqual(await items.count(), 50)
    await page.getByRole("button", { name: "Show older" }).click()
    await items.nth(50).waitFor()
    await page.getByLabel("Action").fill("member.invite")
    await page.keyboard.press("Enter")
    await newsOf(page, "Who did what", "Only member.invite is shown.")
    for (const text of await items.allInnerTexts()) assert.include(text, "member.invite")
    await page.getByRole("button", { name: "Verify" }).click()
    await newsOf(page, "Who did what", /The log is as it was written\. Note elsewhere: number \d+/)
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click()
    ])
    assert.include(readFileSync(await saved.path(), "utf8"), '"member.invite"')
    assertClean(watched)
    await page.context().close()
  })
})
