import type { Page } from "playwright-core"

/**
 * What somebody who does not see the page, or uses no mouse, would miss on it: controls without a name, ids
 * that are there twice, more or less than one main part, headings that skip a level.
 */
export const obstacles = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const isShown = (element: Element): boolean => element.checkVisibility()
    const all = (selector: string): ReadonlyArray<HTMLElement> =>
      [...document.querySelectorAll<HTMLElement>(selector)].filter(isShown)
    const textOf = (ids: string): string =>
      ids
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "")
        .join("")
    const nameOf = (element: HTMLElement): string =>
      [
        element.getAttribute("aria-label"),
        textOf(element.getAttribute("aria-labelledby") ?? ""),
        ...[...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent),
        element.matches("input, select") ? "" : element.textContent
      ].join("")
    const named =
      "button, a[href], input, select, textarea, dialog, nav, form, fieldset, section, [tabindex='0']"
    const nameless = all(named)
      .filter((element) => nameOf(element).trim() === "")
      .map((element) => `no name: ${element.outerHTML.slice(0, 120)}`)
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id)
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id twice: ${id}`)
    const dangling = all("[aria-describedby], [aria-labelledby]").flatMap((element) =>
      ["aria-describedby", "aria-labelledby"]
        .flatMap((name) => (element.getAttribute(name) ?? "").split(" "))
        .filter((id) => id !== "" && document.getElementById(id) === null)
        .map((id) => `nothing has the id ${id}`)
    )
    const mains = all("main").length
    const levels = all("h1, h2, h3").map(({ tagName }) => Number(tagName[1]))
    const skips = levels
      .filter((level, at) => level > (levels[at - 1] ?? 0) + 1)
      .map((level) => `h${level} skips`)
    const inline = [...document.querySelectorAll("*")]
      .filter(({ attributes }) => [...attributes].some(({ name }) => name.startsWith("on")))
      .map(({ tagName }) => `inline handler on ${tagName}`)
    return [
      ...nameless,
      ...twice,
      ...dangling,
      ...(mains === 1 ? [] : [`${mains} mains`]),
      ...skips,
      ...inline
    ]
  })
