import * as BigDecimal from "effect/BigDecimal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Currency from "./Currency.ts"
import * as Decimal from "./Decimal.ts"
import * as Energy from "./Energy.ts"
import * as Money from "./Money.ts"
import type { CurrencyMismatch } from "./QuantityError.ts"

const eur = (amount: Decimal.DecimalInput): Money.Money => Money.makeOrThrow(amount, "EUR")
const code = (text: string): Currency.Currency => Result.getOrThrow(Currency.make(text))
const anyMoney = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.nat(6))
  .map(([units, scale]) => eur(BigDecimal.make(units, scale)))
const sum = (amounts: ReadonlyArray<Money.Money>) => Result.getOrThrow(Money.sum(amounts, code("EUR")))

describe("Money", () => {
  it("rounds a sum once: three times 0.333 kWh at 0.10 is 0.10", () => {
    const quarter = Energy.fromKwhOrThrow(0.333)
    const lines = [quarter, quarter, quarter].map((it) =>
      Money.multiply(eur("0.10"), Energy.toKwhDecimal(it))
    )
    assert.strictEqual(Money.format(sum(lines)), "0.0999 EUR")
    assert.strictEqual(Money.format(Money.round(sum(lines), "half-away")), "0.10 EUR")
    assert.strictEqual(Money.format(Result.getOrThrow(Money.add(eur(0.1), eur(0.2)))), "0.30 EUR")
  })

  it("reads and writes decimal texts", () => {
    const decode = Schema.decodeUnknownSync(Money.MoneyFromStrings)
    const encode = Schema.encodeSync(Money.MoneyFromStrings)
    const money = decode({ amount: "12.34", currency: "EUR" })
    assert.isTrue(Money.equals(money, eur("12.340")))
    assert.deepStrictEqual(encode(money), { amount: "12.34", currency: "EUR" })
    assert.strictEqual(encode(eur("0.000000000000000000001")).amount, "0.000000000000000000001")
    assert.strictEqual(encode(eur("1" + "0".repeat(30))).amount, "1" + "0".repeat(30))
    for (const amount of ["", "1e9", "NaN", "Infinity", "1,5", "--1", "1.", "9".repeat(41)]) {
      assert.throws(() => decode({ amount, currency: "EUR" }), undefined, undefined, amount)
    }
    for (const currency of ["eur", "XXX", "", "EURO"]) assert.throws(() => decode({ amount: "1", currency }))
    assert.throws(() => decode({ amount: 12.34, currency: "EUR" }))
  })

  it("refuses NaN, infinity and unknown currencies", () => {
    for (const amount of [Number.NaN, Number.POSITIVE_INFINITY, "abc"]) {
      assert.isTrue(Result.isFailure(Money.make(amount, "EUR")))
    }
    assert.isTrue(Result.isFailure(Money.make(1, "ZZZ")))
    assert.isTrue(Money.equals(eur(5n), eur("5.00")))
  })

  it("does not mix currencies", () => {
    const yen = Money.makeOrThrow(1, "JPY")
    const mixed: ReadonlyArray<Result.Result<unknown, CurrencyMismatch>> = [
      Money.add(eur(1), yen),
      Money.compare(eur(1), yen),
      Money.sum([eur(1), yen], code("EUR"))
    ]
    for (const result of mixed) {
      assert.isTrue(Result.isFailure(result) && result.failure._tag === "CurrencyMismatch")
    }
    assert.isFalse(Money.equals(eur(1), yen))
    assert.strictEqual(Result.getOrThrow(Money.compare(eur("1.5"), eur("1.50"))), 0)
    assert.strictEqual(Result.getOrThrow(Money.compare(eur("-1"), eur("1"))), -1)
  })

  it("rounds in every mode", () => {
    const expected: Record<Decimal.RoundingMode, ReadonlyArray<string>> = {
      "half-up": ["0.13", "-0.12", "0.14", "-0.13", "0.12"],
      "half-down": ["0.12", "-0.13", "0.13", "-0.13", "0.12"],
      "half-away": ["0.13", "-0.13", "0.14", "-0.13", "0.12"],
      "half-even": ["0.12", "-0.12", "0.14", "-0.13", "0.12"],
      up: ["0.13", "-0.13", "0.14", "-0.13", "0.13"],
      down: ["0.12", "-0.12", "0.13", "-0.12", "0.12"],
      ceiling: ["0.13", "-0.12", "0.14", "-0.12", "0.13"],
      floor: ["0.12", "-0.13", "0.13", "-0.13", "0.12"]
    }
    for (const mode of Decimal.RoundingMode.literals) {
      const actual = ["0.125", "-0.125", "0.135", "-0.126", "0.1249"].map((it) =>
        Decimal.format(Money.round(eur(it), mode).amount)
      )
      assert.deepStrictEqual(actual, expected[mode], mode)
    }
    assert.strictEqual(Money.format(Money.round(Money.makeOrThrow("12.5", "JPY"), "half-even")), "12 JPY")
    assert.strictEqual(Money.format(Money.round(Money.makeOrThrow("1.23456", "KWD"), "half-up")), "1.235 KWD")
    assert.strictEqual(Money.format(Money.round(eur("1.23456"), "half-up", 4)), "1.2346 EUR")
  })

  it("adds and subtracts without drift", () => {
    fc.assert(
      fc.property(anyMoney, fc.array(anyMoney, { maxLength: 50 }), (start, year) => {
        const up = year.reduce((total, it) => Result.getOrThrow(Money.add(total, it)), start)
        const down = year.reduce((total, it) => Result.getOrThrow(Money.subtract(total, it)), up)
        assert.isTrue(Money.equals(down, start))
        assert.isTrue(Money.equals(Result.getOrThrow(Money.add(sum(year), start)), up))
      })
    )
  })

  it("allocates parts that sum to the whole", () => {
    assert.deepStrictEqual(Money.allocate(eur("100"), [1, 1, 1]).map(Money.format), [
      "33.34 EUR",
      "33.33 EUR",
      "33.33 EUR"
    ])
    assert.deepStrictEqual(Money.allocate(eur("-0.05"), [1, 1]).map(Money.format), ["-0.03 EUR", "-0.02 EUR"])
    assert.deepStrictEqual(Money.allocate(eur("0.005"), [1, 1]).map(Money.format), ["0.003 EUR", "0.002 EUR"])
    assert.deepStrictEqual(Money.allocate(eur("1"), [1, 2], 0).map(Money.format), ["0.00 EUR", "1.00 EUR"])
    const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(anyMoney, weights, (money, shares) => {
        const parts = Money.allocate(money, shares)
        assert.isTrue(Money.equals(sum(parts), money))
        const sign = BigDecimal.sign(money.amount)
        assert.isTrue(
          parts.every((part) => BigDecimal.isZero(part.amount) || BigDecimal.sign(part.amount) === sign)
        )
      })
    )
  })

  it("counts whole coins", () => {
    assert.strictEqual(Result.getOrThrow(Money.toMinor(eur("12.3"))), 1230n)
    assert.strictEqual(Result.getOrThrow(Money.toMinor(Money.makeOrThrow("12", "JPY"))), 12n)
    assert.strictEqual(Result.getOrThrow(Money.toMinor(Money.makeOrThrow("1.5", "KWD"))), 1500n)
    assert.isTrue(Result.isFailure(Money.toMinor(eur("12.345"))))
    assert.strictEqual(Money.format(Money.fromMinor(-5n, code("EUR"))), "-0.05 EUR")
  })
})

describe("Currency", () => {
  it("knows the digits of coins", () => {
    assert.deepStrictEqual(
      ["JPY", "EUR", "KWD", "CLF"].map((it) => Currency.minorDigits(code(it))),
      [0, 2, 3, 4]
    )
    assert.isTrue(Currency.codes.every((it) => /^[A-Z]{3}$/.test(it)))
    assert.strictEqual(new Set(Currency.codes).size, Currency.codes.length)
  })

  it("agrees with the platform wherever that has coins of its own", () => {
    for (const currency of [
      "USD",
      "GBP",
      "CHF",
      "SEK",
      "ISK",
      "VND",
      "BHD",
      "TND",
      "CLP",
      "INR",
      "AUD",
      "BRL"
    ]) {
      const { maximumFractionDigits } = new Intl.NumberFormat("en", {
        style: "currency",
        currency
      }).resolvedOptions()
      assert.strictEqual(Currency.minorDigits(code(currency)), maximumFractionDigits, currency)
    }
  })
})

describe("Decimal", () => {
  it("writes what it reads, without exponent", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(30), (units, scale) => {
        const value = BigDecimal.make(units, scale)
        assert.isTrue(BigDecimal.equals(Decimal.fromOrThrow(Decimal.format(value)), value))
      })
    )
    assert.strictEqual(Decimal.format(Decimal.fromOrThrow(1e-20)), "0.00000000000000000001")
    assert.strictEqual(Decimal.format(Decimal.fromOrThrow(1e21)), "1000000000000000000000")
    assert.strictEqual(Decimal.format(Decimal.fromOrThrow("-0.0")), "0")
  })
})
