import { createClient } from "@wattkit/client"
import { correctedPower, readingOf } from "./Meter.ts"

/** What a meter said and what was corrected of it, by number. */
export interface Told {
  readonly deviceId: string
  readonly said: number
  readonly corrected: ReadonlyArray<number>
}

/** What is wrong with what the server stores. */
export interface Ledger {
  readonly lost: ReadonlyArray<string>
  readonly doubled: ReadonlyArray<string>
  readonly wrong: ReadonlyArray<string>
}

/** Asks the server itself, past the network of the meters, and compares with what was told. */
export const ledgerOf = async (
  server: { readonly url: string; readonly key: string },
  begin: number,
  all: ReadonlyArray<Told>
): Promise<Ledger> => {
  const client = createClient({ baseUrl: server.url, auth: server.key })
  const ledger = { lost: new Array<string>(), doubled: new Array<string>(), wrong: new Array<string>() }
  for (const { corrected, deviceId, said } of all) {
    const stored = new Map<number, Array<number | undefined>>()
    for await (const { at, powerW } of client.readings.list({ id: deviceId, limit: 500 })) {
      const instant = Date.parse(at)
      stored.set(instant, [...(stored.get(instant) ?? []), powerW])
    }
    for (let n = 0; n < said; n++) {
      const name = `${deviceId} ${n}`
      const { at } = readingOf(begin, n)
      const found = stored.get(Date.parse(at)) ?? []
      stored.delete(Date.parse(at))
      const isCorrected = corrected.includes(n)
      if (found.length === 0) ledger.lost.push(name)
      if (found.length > 1) ledger.doubled.push(name)
      if (found.some((powerW) => powerW !== (isCorrected ? correctedPower(n) : n))) ledger.wrong.push(name)
      if (!isCorrected || found.length === 0) continue
      const corrections = (await client.readings.revisions({ id: deviceId, at })).filter(
        ({ provenance }) => provenance !== null
      )
      if (corrections.length === 0) ledger.lost.push(`correction of ${name}`)
      if (corrections.length > 1) ledger.doubled.push(`correction of ${name}`)
    }
    for (const instant of stored.keys()) ledger.wrong.push(`${deviceId} at ${instant}, which nobody said`)
  }
  return ledger
}
