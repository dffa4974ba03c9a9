import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { InvalidQuantity } from "./QuantityError.ts"

/** ISO 4217 by number of decimals, with codes withdrawn since 2015 that old tariffs still name. */
const CODES: Readonly<Record<0 | 2 | 3 | 4, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2:
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BYR " +
    "BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP " +
    "GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP " +
    "LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD " +
    "PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC " +
    "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG " +
    "ZWL",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW"
}

const DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES).flatMap(([digits, codes]) =>
    codes.split(" ").map((code) => [code, Number(digits)] as const)
  )
)

const MESSAGE = "expected an ISO 4217 currency code such as EUR"

/** The code of a currency of ISO 4217, such as `EUR`. */
export const Currency = Schema.String.check(
  Schema.makeFilter((code: string) => DIGITS.has(code) || MESSAGE, {
    toJsonSchema: () => ({ pattern: "^[A-Z]{3}$" })
  })
).pipe(Schema.brand("Currency"))
/** The code of a currency of ISO 4217, such as `EUR`. */
export type Currency = typeof Currency.Type

/** Checks that ISO 4217 knows the code. */
export const make = (code: string): Result.Result<Currency, InvalidQuantity> =>
  DIGITS.has(code)
    ? Result.succeed(code as Currency)
    : Result.fail(new InvalidQuantity({ input: code.slice(0, 100), message: MESSAGE }))

/** The decimals of the smallest coin: 2 for EUR, 0 for JPY, 3 for KWD. */
export const minorDigits = (currency: Currency): number => DIGITS.get(currency) ?? 2

/** All codes, for lists to choose from. */
export const codes: ReadonlyArray<Currency> = Array.from(DIGITS.keys(), (code) => code as Currency).sort()
