import { assert, describe, it } from "vitest"
import type { Rule, SourceFile } from "./Rule.ts"
import { barrels } from "./rules/barrels.ts"
import { cycles } from "./rules/cycles.ts"
import { fence } from "./rules/fence.ts"
import { importFloors, manifestFloors } from "./rules/floors.ts"
import { functionLengths } from "./rules/functions.ts"
import { leftovers } from "./rules/leftovers.ts"
import { machine } from "./rules/machine.ts"
import { ports } from "./rules/ports.ts"
import { readmes } from "./rules/readmes.ts"
import { fileSizes, folderSizes, lineLengths } from "./rules/sizes.ts"
import { words } from "./rules/words.ts"

type Files = Readonly<Record<string, string>>

const files = (texts: Files): ReadonlyArray<SourceFile> =>
  Object.entries(texts).map(([path, text]) => ({ path, text }))

/** The violations as `path:line`, which is what a reader would click on. */
const places = (rule: Rule, texts: Files): ReadonlyArray<string> =>
  rule.check(files(texts)).map(({ line, path }) => `${path}:${line}`)

const lines = (count: number): string => "const a = 1\n".repeat(count)

const manifest = (name: string, rest: object = {}): string =>
  JSON.stringify({ name: `@wattkit/${name}`, exports: { ".": "./src/index.ts" }, ...rest }, undefined, 2)

describe("sizes", () => {
  it("a file may have 500 lines and not one more", () => {
    const small = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`packages/core/src/s${index}.ts`, ""])
    )
    assert.deepStrictEqual(places(fileSizes, { ...small, "packages/core/src/a.ts": lines(500) }), [])
    assert.deepStrictEqual(places(fileSizes, { ...small, "packages/core/src/a.ts": lines(501) }), [
      "packages/core/src/a.ts:500"
    ])
    const data = {
      "packages/core/src/data/a.ts": lines(900),
      "packages/a/src/b.ts": `// Generated\n${lines(900)}`
    }
    assert.deepStrictEqual(places(fileSizes, { ...small, ...data }), [])
  })

  it("the median and the ninetieth of a hundred have limits of their own", () => {
    const made = (count: number, size: number): Files =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`packages/core/src/f${size}-${index}.ts`, lines(size)])
      )
    assert.lengthOf(places(fileSizes, made(9, 121)), 1)
    assert.lengthOf(places(fileSizes, { ...made(8, 10), ...made(2, 301) }), 1)
    assert.lengthOf(places(fileSizes, { ...made(18, 10), ...made(1, 301) }), 0)
  })

  it("a line may have 110 columns, addresses more", () => {
    const text = `${"x".repeat(110)}\n${"é".repeat(111)}\n// see https://example.com/${"x".repeat(120)}\n`
    assert.deepStrictEqual(places(lineLengths, { "scripts/a.ts": text }), ["scripts/a.ts:2"])
  })

  it("a folder may hold 15 source files, tests aside", () => {
    const room = (count: number): Files => ({
      ...Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`packages/core/src/f${index}.ts`, ""])
      ),
      "packages/core/src/a.test.ts": "",
      "packages/core/src/b.test.ts": ""
    })
    assert.deepStrictEqual(places(folderSizes, room(15)), [])
    assert.deepStrictEqual(places(folderSizes, room(16)), ["packages/core/src:1"])
  })
})

describe("functions", () => {
  const body = (count: number): string => "  call()\n".repeat(count)
  const found = (text: string): ReadonlyArray<string> => places(functionLengths, { "scripts/a.ts": text })

  it("every kind of function may span 70 lines", () => {
    for (const head of [
      "function f(a: A) {",
      "const f = (a: A): Effect.Effect<B> => {",
      "const f = Effect.gen(function* () {",
      "class A {\n  method(a: (b: B) => C): Promise<void> {"
    ]) {
      assert.deepStrictEqual(found(`${head}\n${body(68)}}`), [], head)
      assert.lengthOf(found(`${head}\n${body(69)}}`), 1, head)
    }
  })

  it("blocks, objects and braces in text are no functions", () => {
    for (const head of [
      "if (a) {",
      "for (const a of b()) {",
      "switch (a) {",
      "const a = {",
      "interface A {"
    ]) {
      assert.deepStrictEqual(found(`${head}\n${body(100)}}`), [], head)
    }
    assert.deepStrictEqual(found(`const f = () => {\n  return "}" // }\n${body(66)}}`), [])
    assert.lengthOf(found(`const f = () => {\n  return "}" // }\n${body(70)}}`), 1)
  })
})

describe("floors", () => {
  const from = (path: string, specifier: string): ReadonlyArray<string> =>
    places(importFloors, { [path]: `import { a } from "${specifier}"\n` })

  it("an import points down", () => {
    assert.lengthOf(from("packages/engine/src/a.ts", "@wattkit/core"), 0)
    assert.lengthOf(from("packages/core/src/a.ts", "@wattkit/engine"), 1)
    assert.lengthOf(from("packages/transport-mqtt/src/a.ts", "@wattkit/transport-http"), 1)
    assert.lengthOf(from("packages/storage-timescale/src/a.ts", "@wattkit/storage-postgres"), 0)
    assert.lengthOf(from("packages/storage-postgres/src/a.ts", "@wattkit/storage-timescale"), 1)
    assert.lengthOf(from("packages/engine/src/a.ts", "@wattkit/unheard-of"), 1)
  })

  it("the testkit is for tests, and its simulators for the demo", () => {
    assert.lengthOf(from("packages/engine/src/a.ts", "@wattkit/testkit"), 1)
    assert.lengthOf(from("packages/engine/src/a.test.ts", "@wattkit/testkit/suites"), 0)
    assert.lengthOf(from("packages/core/test/a.test.ts", "@wattkit/testkit"), 0)
    assert.lengthOf(from("packages/server/src/demo.ts", "@wattkit/testkit/simulate"), 0)
    assert.lengthOf(from("packages/server/src/demo.ts", "@wattkit/testkit/suites"), 1)
  })

  it("a relative path stays inside its package", () => {
    assert.lengthOf(from("packages/engine/src/a.ts", "../../core/src/a.ts"), 1)
    assert.lengthOf(from("packages/engine/src/jobs/a.ts", "../a.ts"), 0)
    assert.lengthOf(from("packages/engine/tsup.config.ts", "../../scripts/tsup.ts"), 0)
    assert.lengthOf(from("packages/engine/bench/a.bench.ts", "../../../scripts/bench/Harness.ts"), 0)
    assert.lengthOf(from("packages/engine/src/a.ts", "../../../scripts/bench/Harness.ts"), 1)
    assert.lengthOf(from("packages/engine/test/a.test.ts", "../../core/src/a.ts"), 1)
  })

  it("manifests follow the floors and name what is imported", () => {
    const one = (folder: string, rest: object, text = ""): ReadonlyArray<string> =>
      places(manifestFloors, {
        [`packages/${folder}/package.json`]: manifest(folder, rest),
        [`packages/${folder}/src/a.ts`]: text
      })
    assert.lengthOf(one("engine", { dependencies: { "@wattkit/core": "workspace:^" } }), 0)
    assert.deepStrictEqual(one("core", { dependencies: { "@wattkit/engine": "workspace:^" } }), [
      "packages/core/package.json:7"
    ])
    assert.lengthOf(one("engine", { dependencies: { "@wattkit/testkit": "workspace:^" } }), 1)
    assert.lengthOf(one("engine", { devDependencies: { "@wattkit/testkit": "workspace:^" } }), 0)
    assert.lengthOf(one("client", { dependencies: { effect: "~4.1.0" } }), 1)
    assert.lengthOf(
      one("core", { devDependencies: { effect: "4.1.0" } }, 'import * as S from "effect/Schema"'),
      1
    )
    assert.lengthOf(
      one("core", { peerDependencies: { effect: "~4.1.0" } }, 'import * as S from "effect/Schema"'),
      0
    )
  })
})

describe("fence", () => {
  const found = (path: string, text: string): number => places(fence, { [path]: text }).length

  it("unstable modules are used where the house says", () => {
    assert.strictEqual(found("packages/core/src/a.ts", 'import * as Schema from "effect/Schema"'), 0)
    assert.strictEqual(found("packages/core/src/a.ts", 'import { HttpApi } from "effect/http-api"'), 1)
    assert.strictEqual(found("packages/api/src/a.ts", 'import * as A from "effect/http-api/HttpApi"'), 0)
    assert.strictEqual(found("packages/core/src/a.ts", 'import { Effect, Arbitrary } from "effect"'), 1)
    assert.strictEqual(found("packages/core/src/a.ts", 'import * as A from "effect/Arbitrary"'), 1)
    assert.strictEqual(found("packages/core/src/a.test.ts", 'import * as A from "effect/Arbitrary"'), 0)
    assert.strictEqual(
      found("packages/engine/src/a.ts", 'import * as A from "effect/cluster/ClusterCron"'),
      1
    )
    assert.strictEqual(
      found("packages/engine/src/durable/a.ts", 'import * as A from "effect/cluster/ClusterCron"'),
      0
    )
    assert.strictEqual(found("packages/core/src/a.ts", '// import { HttpApi } from "effect/http-api"'), 0)
  })

  it("platform-node is imported by module", () => {
    assert.strictEqual(
      found("packages/server/src/a.ts", 'import { NodeRuntime } from "@effect/platform-node"'),
      1
    )
    assert.strictEqual(
      found("packages/server/src/a.ts", 'import * as R from "@effect/platform-node/NodeRuntime"'),
      0
    )
  })
})

describe("cycles", () => {
  it("finds a circle through files and through packages", () => {
    const circle = {
      "packages/core/package.json": manifest("core"),
      "packages/core/src/index.ts": 'export * from "./a.ts"',
      "packages/core/src/a.ts": 'import { b } from "./b.ts"',
      "packages/core/src/b.ts": 'import { c } from "@wattkit/core"'
    }
    assert.lengthOf(places(cycles, circle), 1)
    const erased = { ...circle, "packages/core/src/b.ts": 'import type { C } from "@wattkit/core"' }
    assert.lengthOf(places(cycles, erased), 0)
  })
})

describe("barrels", () => {
  it("a package does not import its own index", () => {
    const found = (specifier: string): number =>
      places(barrels, {
        "packages/core/package.json": manifest("core"),
        "packages/core/src/index.ts": "",
        "packages/core/src/time/Interval.ts": "",
        "packages/core/src/a/b.ts": `import { a } from "${specifier}"`
      }).length
    assert.strictEqual(found("../index.ts"), 1)
    assert.strictEqual(found("@wattkit/core"), 1)
    assert.strictEqual(found("../time/Interval.ts"), 0)
  })
})

describe("words", () => {
  const found = (path: string, text = ""): number => places(words, { [path]: text }).length

  it("exported names and files use the words of the domain", () => {
    assert.strictEqual(found("packages/core/src/Sensor.ts"), 1)
    assert.strictEqual(found("packages/core/src/a.ts", "export interface SensorReading {}"), 1)
    assert.strictEqual(found("packages/core/src/a.ts", "export const readSamples = 1"), 1)
    assert.strictEqual(found("packages/core/src/a.ts", "const sensor = 1\nexport const censored = sensor"), 0)
    assert.strictEqual(found("packages/core/src/a.ts", "// export const sensor = 1"), 0)
    assert.strictEqual(found("packages/server/src/a.ts", "export const NodeHttpLayer = 1"), 0)
    assert.strictEqual(found("packages/formats/src/homeassistant/HomeAssistant.ts"), 0)
  })

  it("a subscription is avoided for an assignment, not for listening", () => {
    assert.strictEqual(found("packages/tariff/src/Subscription.ts"), 1)
    assert.strictEqual(found("packages/client/src/Subscription.ts"), 0)
  })

  it("names that say nothing are avoided everywhere", () => {
    assert.strictEqual(found("scripts/helpers/a.ts"), 1)
    assert.strictEqual(found("scripts/dateUtils.ts"), 1)
    assert.strictEqual(found("packages/core/src/a.ts", "export class DeviceManager {}"), 1)
    assert.strictEqual(found("packages/core/src/a.ts", "export const facilityManager = 1"), 0)
  })

  it("a glossary in the repository decides", () => {
    const glossary =
      "| word | meaning | avoid |\n| --- | --- | --- |\n| Tariff | prices | rate as a noun, gizmo (x) |\n"
    const named = (text: string): number =>
      places(words, { "GLOSSARY.md": glossary, "packages/core/src/a.ts": text }).length
    assert.strictEqual(named("export const gizmo = 1"), 1)
    assert.strictEqual(named("export const unitRate = 1"), 1)
    assert.strictEqual(named("export const rateLimit = 1"), 0)
    assert.strictEqual(named("export const sensor = 1"), 0)
  })
})

describe("leftovers", () => {
  const found = (text: string): number => places(leftovers, { "packages/core/src/a.ts": text }).length

  it("finds what was meant for later or to get past the compiler", () => {
    for (const text of [
      "// TODO later",
      "/* FIXME */",
      "// @ts-ignore",
      'it.only("a", f)',
      'it.effect.skip("a", f)',
      'describe.todo("a")',
      "debugger",
      "const a = b as unknown as C",
      "const a: any = 1",
      "const a: Array<any> = []"
    ]) {
      assert.strictEqual(found(text), 1, text)
    }
  })

  it("leaves text and other words alone", () => {
    for (const text of [
      'const a = "TODO"',
      "const skip = items.skip",
      "const any = 1",
      "const todo: Company = 1"
    ]) {
      assert.strictEqual(found(text), 0, text)
    }
  })
})

describe("ports", () => {
  const port = {
    "packages/core/src/ports/Shelf.ts": 'export const Shelf = Context.Service<Shelf>("@wattkit/core/Shelf")'
  }
  const suite = { "packages/testkit/src/suites/shelfSuite.ts": "export const shelfSuite = 1" }
  const adapter = { "packages/storage-a/src/Shelf.ts": "export const layer = Layer.effect(Shelf, make)" }
  const test = {
    "packages/storage-a/test/Shelf.test.ts": 'import { shelfSuite } from "@wattkit/testkit/suites"'
  }

  it("a port has a suite and its adapters run it", () => {
    assert.deepStrictEqual(places(ports, port), ["packages/core/src/ports/Shelf.ts:1"])
    assert.deepStrictEqual(places(ports, { ...port, ...suite }), [])
    assert.deepStrictEqual(places(ports, { ...port, ...suite, ...adapter }), [
      "packages/storage-a/src/Shelf.ts:1"
    ])
    assert.deepStrictEqual(places(ports, { ...port, ...suite, ...adapter, ...test }), [])
  })
})

describe("readmes", () => {
  const found = (readme: Files): ReadonlyArray<string> =>
    places(readmes, {
      "packages/core/package.json": manifest("core"),
      "packages/core/src/index.ts":
        'export * as Interval from "./I.ts"\nexport { a as shown, type B } from "./a.ts"\n',
      ...readme
    })

  it("a README lists every export", () => {
    assert.deepStrictEqual(found({}), ["packages/core/package.json:1"])
    assert.lengthOf(found({ "packages/core/README.md": "`Interval`, `shown`" }), 1)
    assert.lengthOf(found({ "packages/core/README.md": "`Interval`, `shown`, `B`" }), 0)
    assert.lengthOf(found({ "packages/core/README.md": "`Intervals`, `shown`, `B`" }), 1)
  })
})

describe("machine", () => {
  const found = (text: string): number => places(machine, { "docs/a.md": text }).length

  it("no registry's host and no path of one machine", () => {
    assert.strictEqual(found(`https://${["registry", "example", "org"].join(".")}/effect`), 1)
    assert.strictEqual(found(`resolved "https://${["npm", "example"].join(".")}.com/effect"`), 1)
    assert.strictEqual(found(`see ${["", "home", "someone", "wattkit"].join("/")}`), 1)
    assert.strictEqual(found("https://www.npmjs.com/package/effect and packages/core/home/a"), 0)
  })
})
