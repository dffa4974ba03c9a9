import type { Tariff } from "./model/Tariff.ts"

/** The tariff a new location begins with until it has its own: made-up prices in the location's currency. */
export const example = (currency: string, timeZone: string): Tariff => ({
  id: "example",
  name: "Example: peak, off-peak and weekend",
  currency,
  timeZone,
  commodity: "electricity",
  source: { format: "illustrative prices; see README.md" },
  example: true,
  touSets: {
    week: {
      periods: [
        { id: "peak", label: "Weekdays 09:00–21:00" },
        { id: "off-peak", label: "Weekdays, other hours" },
        { id: "weekend", label: "Weekend" }
      ],
      default: "off-peak",
      rules: [
        { period: "weekend", days: ["weekend"] },
        { period: "peak", from: "09:00", to: "21:00" }
      ]
    }
  },
  versions: [
    {
      id: "1",
      validFrom: "2000-01-01",
      charges: [
        {
          kind: "energy",
          id: "energy",
          label: "Energy",
          group: "supply",
          direction: "import",
          price: { kind: "tou", set: "week", prices: { peak: "0.25", "off-peak": "0.15", weekend: "0.12" } }
        }
      ],
      export: { kind: "none" },
      billing: { cycle: { kind: "calendarMonth" }, tierProration: "byDays", taxIncluded: false }
    }
  ]
})
