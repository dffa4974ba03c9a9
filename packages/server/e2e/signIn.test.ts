import { gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { password, secretIn } from "../test/identity/house.fixture.ts"
import {
  assertClean,
  looks,
  openStage,
  picture,
  signInAs,
  type Stage,
  untilIn,
  untilOut
} from "./people.fixture.ts"
import { totp } from "./totp.ts"

const another = "Other-Horse-8"

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})

afterAll(() => stage?.close())

describe("somebody new", () => {
  it("registers, confirms, is in, stays in when the page is loaded again, and signs out", async () => {
    const { door, visit } = stage
    const watched = await visit()
    const { page } = watched
    await untilOut(page)
    await page.getByRole("button", { name: "Register" }).click()
    assert.strictEqual(
      await page.evaluate(() => document.activeElement?.getAttribute("autocomplete")),
      "name"
    )
    await page.getByLabel("Your name").fill("Ada")
    await page.getByLabel("E-mail address").fill("ada@example.com")
    await page.getByLabel("Password").fill(password)
    await page.getByLabel("Household or company").fill("Elm Street")
    await page.keyboard.press("Enter")
    await page.getByText("A message to ada@example.com is on its way").waitFor()
    const secret = secretIn(await door.mailTo("ada@example.com"))

    await page.goto(`${door.url}/#verify-email=${secret}`)
    await page.getByRole("heading", { name: "Confirm your address" }).waitFor()
    assert.notInclude(page.url(), secret)
    assert.notInclude(await page.evaluate(() => history.state + document.referrer), secret)
    await page.getByLabel("E-mail address").fill("ada@example.com")
    await page.getByLabel("Password").fill(password)
    await page.keyboard.press("Enter")
    await untilIn(page)
    await page.reload()
    await untilIn(page)
    await page.getByRole("link", { name: "Profile" }).click()
    await page.getByText("Elm Street").waitFor()
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
    await untilOut(page)
    await page.reload()
    await untilOut(page)
    assertClean(watched)

    await page.goto(`${door.url}/#verify-email=${secret}`)
    await page.getByLabel("E-mail address").fill("ada@example.com")
    await page.getByLabel("Password").fill(password)
    await page.keyboard.press("Enter")
    await page.getByText("This link works no longer").waitFor()
    await page.getByRole("button", { name: "Go to the sign-in" }).click()
    await signInAs(page, "ada@example.com")
    await untilIn(page)
    await page.context().close()
  })

  it("is told what a password lacks, and that an address has to be confirmed first", async () => {
    const { door, visit } = stage
    const watched = await visit()
    const { page } = watched
    await page.getByRole("button", { name: "Register" }).click()
    await page.getByLabel("Your name").fill("Eve")
    await page.getByLabel("E-mail address").fill("eve@example.com")
    await page.getByLabel("Password").fill("nothing much")
    await page.keyboard.press("Enter")
    await page.getByText("Password must have a capital letter, must have a digit").waitFor()
    assert.strictEqual(await page.getByLabel("Password").getAttribute("aria-invalid"), "true")
    await page.getByLabel("Password").fill(password)
    await page.keyboard.press("Enter")
    await page.getByText("Look into your mail").waitFor()
    await door.mailTo("eve@example.com")
    await page.getByRole("button", { name: "Back to the sign-in" }).click()
    await signInAs(page, "eve@example.com")
    await page.getByText("Confirm your address first").waitFor()
    assertClean(watched, "/v1/auth/register", "/v1/auth/login")
    await page.context().close()
  })
})

describe("signing in", () => {
  it("says that it was wrong, and after too many tries when to go on", async () => {
    const { door, visit } = stage
    await door.join("wrong@example.com")
    const watched = await visit()
    const { page } = watched
    await signInAs(page, "wrong@example.com", another)
    await page.getByText("The address or the password is wrong.").waitFor()
    for (let tries = 0; tries < 5; tries++) {
      await page.getByRole("button", { name: "Sign in", exact: true }).click()
      await page.locator("#gate [role=alert]:not(:empty)").waitFor()
    }
    await page.getByText(/^Too many attempts\. Try again in \d+ \w+, at \d\d:\d\d\.$/).waitFor()
    assertClean(watched, "/v1/auth/login")
    await page.context().close()
  })

  it("asks for a code where there is an authenticator, and takes a recovery code as well", async () => {
    const { door, visit } = stage
    await door.join("careful@example.com")
    const watched = await visit("#/profile")
    const { page } = watched
    await signInAs(page, "careful@example.com")
    await page.getByRole("button", { name: "Set up" }).click()
    await page.getByRole("dialog").getByLabel("Password").fill(password)
    await page.keyboard.press("Enter")
    const secret = (await page.getByLabel("Secret of the authenticator").innerText()).trim()
    const link = await page.getByRole("link", { name: "Open in an authenticator" }).getAttribute("href")
    assert.include(link, `secret=${secret.replaceAll(" ", "")}`)
    await picture(page, "authenticator")
    // A code is accepted once, so the one of the half minute before is shown first.
    await page.getByLabel("Code", { exact: true }).fill(totp(secret, -1))
    await page.keyboard.press("Enter")
    const [code = ""] = (await page.getByLabel("Recovery codes").innerText()).trim().split("\n")
    await picture(page, "recovery-codes")
    await page.getByRole("button", { name: "I kept them" }).click()
    await page.getByText("It is on.").waitFor()
    assert.strictEqual(await page.getByLabel("Recovery codes").count(), 0)

    for (const [at, shown] of [totp(secret, 0), code].entries()) {
      await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
      await signInAs(page, "careful@example.com")
      if (at === 0) {
        await page.getByLabel("Code", { exact: true }).fill("no-code")
        await page.keyboard.press("Enter")
        await page.getByText("This code is wrong").waitFor()
        await picture(page, "code")
      }
      await page.getByLabel("Code", { exact: true }).fill(shown)
      await page.keyboard.press("Enter")
      await untilIn(page)
    }
    await page.getByRole("button", { name: "Turn off" }).click()
    await page.getByRole("dialog").getByLabel("Password").fill(password)
    await page.keyboard.press("Enter")
    await page.getByText("It is off.").waitFor()
    assertClean(watched, "/v1/auth/mfa/challenge")
    await page.context().close()
  })

  it("is asked for again once the session was ended elsewhere", async () => {
    const { door, visit } = stage
    const held = await door.join("twice@example.com")
    const watched = await visit("#/profile")
    const { page } = watched
    await signInAs(page, "twice@example.com")
    await untilIn(page)
    await door.as(held)("DELETE", "/v1/sessions")
    await page.getByText("You are not signed in any more. Sign in again.").waitFor({ timeout: 20_000 })
    await signInAs(page, "twice@example.com")
    await page.getByRole("heading", { name: "Profile" }).waitFor()
    await page.context().close()
  })

  it("in one tab signs out in the other", async () => {
    const { door, visit } = stage
    await door.join("tabs@example.com")
    const { page } = await visit()
    await signInAs(page, "tabs@example.com")
    await untilIn(page)
    const other = await page.context().newPage()
    await other.goto(door.url)
    await untilIn(other)
    await other.getByRole("button", { name: "Sign out", exact: true }).click()
    await untilOut(other)
    await page.getByText("You are not signed in any more.").waitFor({ timeout: 20_000 })
    await page.context().close()
  })
})

describe("a password that was forgotten", () => {
  it("is replaced by the link of a message, which works once", async () => {
    const { door, visit } = stage
    const email = "absent@example.com"
    await door.join(email)
    const watched = await visit()
    const { page } = watched
    await page.getByRole("button", { name: "Forgot your password?" }).click()
    await page.getByLabel("E-mail address").fill(email)
    await page.keyboard.press("Enter")
    await page.getByText(`If ${email} is known here`).waitFor()
    const secret = secretIn(await door.mailTo(email, 2))
    await page.goto(`${door.url}/#reset-password=${secret}`)
    await page.getByRole("heading", { name: "Choose a new password" }).waitFor()
    assert.notInclude(page.url(), secret)
    await page.getByLabel("E-mail address").fill(email)
    await page.getByLabel("New password", { exact: true }).fill("weak")
    await page.keyboard.press("Enter")
    await page.getByText("New password must have at least 8 characters").waitFor()
    await page.getByLabel("New password", { exact: true }).fill(another)
    await page.keyboard.press("Enter")
    await untilIn(page)

    await page.goto(`${door.url}/#reset-password=${secret}`)
    await page.getByLabel("E-mail address").fill(email)
    await page.getByLabel("New password", { exact: true }).fill(another)
    await page.keyboard.press("Enter")
    await page.getByText("This link works no longer").waitFor()
    await picture(page, "spent-link")
    await page.getByRole("button", { name: "Send a new link" }).click()
    await page.getByRole("button", { name: "Send the link" }).waitFor()
    assertClean(watched, "/v1/auth/reset-password")
    await page.context().close()
  })
})

describe("somebody who is invited", () => {
  const invited = async (email: string): Promise<string> => {
    const { door } = stage
    const body = { email, name: "Grace", role: "user", locations: [] }
    assert.strictEqual((await door.call("POST", "/v1/users", { body })).status, 201)
    return secretIn(await door.mailTo(email))
  }

  it("chooses a password with the link and is in", async () => {
    const secret = await invited("grace@example.com")
    const watched = await stage.visit(`#accept-invitation=${secret}`)
    const { page } = watched
    await page.getByRole("heading", { name: "You are invited to wattkit" }).waitFor()
    assert.notInclude(page.url(), secret)
    await picture(page, "invitation")
    await page.getByLabel("Your name").fill("Grace Hopper")
    await page.getByLabel("E-mail address").fill("grace@example.com")
    await page.getByLabel("Password").fill(password)
    await page.keyboard.press("Enter")
    await untilIn(page)
    assert.isTrue(await page.getByRole("link", { name: "Members" }).isHidden())
    await page.getByRole("link", { name: "Profile" }).click()
    assert.strictEqual(await page.locator("#view").getByLabel("Name").inputValue(), "Grace Hopper")
    assertClean(watched)

    const { call } = stage.door
    const { data } = await call<ReadonlyArray<{ id: string; email: string }>>("GET", "/v1/users")
    const { id } = data.find(({ email }) => email === "grace@example.com")!
    await call("PUT", `/v1/users/${id}`, { body: { role: "user", locations: [], isDisabled: true } })
    await page.getByText("You are not signed in any more.").waitFor({ timeout: 20_000 })
    await signInAs(page, "grace@example.com")
    await page.getByText("You are in no tenant that lets you in").waitFor()
    await page.context().close()
  })

  it("keeps the password that was there, or hears that there is none", async () => {
    const { door, visit } = stage
    const secret = await invited("alan@example.com")
    const { page } = await visit(`#accept-invitation=${secret}`)
    await page.getByRole("button", { name: "I have a password here already" }).click()
    await page.getByRole("button", { name: "Accept" }).click()
    await page.getByText("You have no confirmed password here yet").waitFor()
    // The same person comes in by another message meanwhile.
    await door.call("POST", "/v1/auth/forgot-password", { key: null, body: { email: "alan@example.com" } })
    const reset = secretIn(await door.mailTo("alan@example.com", 2))
    const chosen = { secret: reset, password }
    await door.call("POST", "/v1/auth/reset-password", { key: null, body: chosen })
    await page.getByRole("button", { name: "Accept" }).click()
    await page.getByText("You accepted the invitation. Sign in as you always do.").waitFor()
    await signInAs(page, "alan@example.com")
    await untilIn(page)
    await page.context().close()
  })
})

describe("a page that asks who comes", () => {
  it.each(looks)("looks as on the picture %s", async (name, viewport, colorScheme) => {
    const watched = await stage.visit("", { viewport, colorScheme })
    const { page } = watched
    await untilOut(page)
    await picture(page, `sign-in-${name}`)
    await page.getByRole("button", { name: "Register" }).click()
    await picture(page, `register-${name}`)
    assertClean(watched)
    await page.context().close()
  })

  it("loads at most 60 KB of scripts before somebody is in", async () => {
    const html = await (await fetch(stage.door.url)).text()
    const names = [...html.matchAll(/(?:src|modulepreload" href)="([^"]+\.js)"/g)].map(([, name]) => name)
    assert.isAbove(names.length, 1)
    const sizes = names.map(async (name) => {
      const response = await fetch(`${stage.door.url}/${name}`)
      return gzipSync(new Uint8Array(await response.arrayBuffer())).length
    })
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    assert.isAtMost(bytes, 60_000)
  })
})
