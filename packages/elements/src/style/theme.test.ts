import { assert, describe, it } from "vitest"
import { theme } from "./theme.ts"

const colours = new Map(
  [...theme.cssText.matchAll(/--([a-z]+): var\(--wk-\w+, light-dark\((#\w{6}), (#\w{6})\)\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }] as const
  )
)

const luminance = (hex: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: string, other: string): number => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe("theme", () => {
  const pairs = [
    ["ink", "surface", 7],
    ["ink", "ground", 7],
    ["ink", "notice", 7],
    ["muted", "surface", 4.5],
    ["muted", "ground", 4.5],
    ["grid", "surface", 3],
    ["solar", "surface", 3],
    ["battery", "surface", 3],
    ["house", "surface", 3]
  ] as const
  it.each(pairs)("%s on %s has a contrast of %d or more", (colour, ground, least) => {
    for (const scheme of ["light", "dark"] as const)
      assert.isAtLeast(contrast(colours.get(colour)![scheme], colours.get(ground)![scheme]), least, scheme)
  })
})
