import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { destinationOf } from "./destination.ts"
import { parseIp } from "./ipAddress.ts"
import { type OutwardRulesOptions, rulesOf, whyRefused } from "./OutwardRules.ts"

const judge = (url: string, options: OutwardRulesOptions = {}): string => {
  const destination = destinationOf(Result.getOrThrow(rulesOf(options)), url)
  return Result.isSuccess(destination) ? destination.success.url.href : destination.failure.reason
}

describe("a URL somebody gave", () => {
  it("goes to a name on the public internet, by https", () => {
    for (const [url, href] of [
      ["https://example.com", "https://example.com/"],
      ["HTTPS://EXAMPLE.com:443/a?b#c", "https://example.com/a?b"],
      ["https://example.com./", "https://example.com/"],
      ["https://bücher.example/", "https://xn--bcher-kva.example/"],
      ["https://93.184.215.14/", "https://93.184.215.14/"],
      ["https://[2606:4700::1]/", "https://[2606:4700::1]/"],
      ["https:\\\\example.com\\a", "https://example.com/a"]
    ] as const)
      assert.strictEqual(judge(url), href)
  })

  it("is refused, with the reason", () => {
    for (const [url, reason] of [
      ["", "url"],
      ["example.com", "url"],
      ["https://", "url"],
      ["https://256.1.1.1/", "url"],
      ["https://example.com:65536/", "url"],
      [`https://example.com/${"a".repeat(2048)}`, "url"],
      ["http://example.com/", "scheme"],
      ["file:///etc/passwd", "scheme"],
      ["ftp://example.com/", "scheme"],
      ["gopher://example.com/", "scheme"],
      ["data:text/plain,a", "scheme"],
      ["javascript:alert(1)", "scheme"],
      ["wss://example.com/", "scheme"],
      ["blob:https://example.com/", "scheme"],
      ["https://user@example.com/", "credentials"],
      ["https://user:secret@example.com/", "credentials"],
      ["https://:secret@example.com/", "credentials"],
      ["https://example.com:8443/", "port"],
      ["https://example.com:0/", "port"],
      ["https://localhost/", "host"],
      ["https://LOCALHOST./", "host"],
      ["https://a.localhost/", "host"],
      ["https://printer.local/", "host"],
      ["https://metadata.google.internal/", "host"],
      ["https://intranet/", "host"],
      ["https://a..example.com/", "host"],
      ["https://example.com../", "host"],
      ["https://-a.example.com/", "host"],
      [`https://${"a".repeat(64)}.example.com/`, "host"]
    ] as const)
      assert.strictEqual(judge(url), reason, url)
  })

  it("goes elsewhere where the operator allows it, and not further", () => {
    const options: OutwardRulesOptions = {
      ports: [443, 8443],
      allow: [
        { to: "Receiver." },
        { to: "old.lan", http: true },
        { to: "10.2.0.0/16", http: true, ports: [8080] }
      ]
    }
    for (const [url, said] of [
      ["https://receiver/", "https://receiver/"],
      ["https://receiver:8443/", "https://receiver:8443/"],
      ["https://example.com:8443/", "https://example.com:8443/"],
      ["http://receiver/", "scheme"],
      ["http://old.lan/", "http://old.lan/"],
      ["http://old.lan:81/", "scheme"],
      ["https://old.lan/", "https://old.lan/"],
      ["https://new.lan/", "host"],
      ["https://sub.old.lan/", "host"],
      ["http://10.2.0.1:8080/", "http://10.2.0.1:8080/"],
      ["http://10.2.0.1/", "scheme"]
    ] as const)
      assert.strictEqual(judge(url, options), said, url)
  })
})

describe("an address", () => {
  const isOpen = (options: OutwardRulesOptions, url: string, address: string): boolean => {
    const rules = Result.getOrThrow(rulesOf(options))
    return whyRefused(rules, Result.getOrThrow(destinationOf(rules, url)), parseIp(address)!) === undefined
  }

  it("is reached when it is public, or allowed by name or block, unless it is refused", () => {
    const options: OutwardRulesOptions = {
      allow: [
        { to: "receiver.lan" },
        { to: "10.2.0.0/16", ports: [8443] },
        { to: "10.3.0.1", http: true },
        { to: "9.9.0.0/16" }
      ],
      refuse: ["9.9.9.0/24", "10.2.9.0/24"]
    }
    for (const [url, address, open] of [
      ["https://example.com/", "1.1.1.1", true],
      ["https://example.com/", "10.1.0.1", false],
      ["https://example.com/", "10.2.0.1", true],
      ["https://example.com/", "10.2.9.1", false],
      ["https://example.com/", "9.9.8.9", true],
      ["https://example.com/", "9.9.9.9", false],
      ["https://example.com/", "64:ff9b::909:909", false],
      ["https://example.com/", "64:ff9b::a02:1", false],
      ["https://example.com:8443/", "10.2.0.1", true],
      ["https://example.com:8443/", "10.3.0.1", false],
      ["https://example.com:8443/", "1.1.1.1", false],
      ["http://example.com/", "10.3.0.1", true],
      ["http://example.com/", "10.2.0.1", false],
      ["http://example.com/", "1.1.1.1", false],
      ["https://receiver.lan/", "127.0.0.1", true],
      ["https://receiver.lan/", "10.2.9.1", false]
    ] as const)
      assert.strictEqual(isOpen(options, url, address), open, `${url} ${address}`)
  })
})

describe("what an operator allows", () => {
  it("is refused with the entry that is wrong", () => {
    for (const [options, part] of [
      [{ allow: [{ to: "ok.lan" }, { to: "10.0.0.1/8" }] }, "10.0.0.1/8"],
      [{ allow: [{ to: "*.lan" }] }, "*.lan"],
      [{ allow: [{ to: "https://a.lan" }] }, "https://a.lan"],
      [{ allow: [{ to: "a.lan:8443" }] }, "a.lan:8443"],
      [{ allow: [{ to: "" }] }, `""`],
      [{ allow: [{ to: "127.1" }] }, "127.1"],
      [{ refuse: ["example.com"] }, "example.com"],
      [{ ports: [0] }, "0 is no port"],
      [{ allow: [{ to: "a.lan", ports: [65_536] }] }, "65536 is no port"]
    ] as const) {
      const rules = rulesOf(options)
      assert.include(Result.isFailure(rules) ? rules.failure.message : "accepted", part)
    }
  })
})
