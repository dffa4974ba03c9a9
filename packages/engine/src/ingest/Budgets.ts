import type { DeviceId, TenantId } from "@wattkit/core"
import { Context } from "effect"

/** How many readings may come in a minute. A minute's worth may come at once. */
export interface IngestBudget {
  readonly devicePerMinute: number
  readonly tenantPerMinute: number
}

/** Twenty times what the fastest meters say, and what one server stores of all tenants together. */
export const usualBudget: IngestBudget = { devicePerMinute: 120_000, tenantPerMinute: 6_000_000 }

/** How many readings each may send, for everybody who takes readings in. */
export const ingestBudget = Context.Reference<IngestBudget>("@wattkit/engine/ingestBudget", {
  defaultValue: () => usualBudget
})

interface Spent {
  /** What is left of the budget at that moment; it may be below nothing after a large batch. */
  left: number
  at: number
}

/** So many spenders are remembered before those who have their whole budget again are forgotten. */
const remembered = 20_000

/** A budget of each of many, which fills up with time. */
class Purse {
  readonly #perMinute: number
  readonly #spent = new Map<string, Spent>()

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** After how many milliseconds something is left to spend; 0 when it is now. */
  wait(key: string, now: number): number {
    const spent = this.#spent.get(key)
    if (spent === undefined) return 0
    const left = this.#leftOf(spent, now)
    return left >= 1 ? 0 : Math.ceil(((1 - left) * 60_000) / this.#perMinute)
  }

  spend(key: string, count: number, now: number): void {
    const spent = this.#spent.get(key)
    if (spent !== undefined) {
      spent.left = this.#leftOf(spent, now) - count
      spent.at = now
      return
    }
    if (this.#spent.size >= remembered) this.#forget(now)
    this.#spent.set(key, { left: this.#perMinute - count, at: now })
  }

  #leftOf({ at, left }: Spent, now: number): number {
    return Math.min(this.#perMinute, left + (Math.max(0, now - at) * this.#perMinute) / 60_000)
  }

  #forget(now: number): void {
    for (const [key, spent] of this.#spent)
      if (this.#leftOf(spent, now) >= this.#perMinute) this.#spent.delete(key)
  }
}

/** What each device and each tenant may still send. */
export class Budgets {
  readonly #devices: Purse
  readonly #tenants: Purse

  constructor({ devicePerMinute, tenantPerMinute }: IngestBudget) {
    this.#devices = new Purse(devicePerMinute)
    this.#tenants = new Purse(tenantPerMinute)
  }

  /**
   * Spends a budget, and answers after how many milliseconds to come again where nothing is left; then
   * nothing is spent. A batch is let through whole as long as something is left, and paid for later.
   */
  spend(tenantId: TenantId, deviceId: DeviceId, count: number, now: number): number {
    const key = `${tenantId} ${deviceId}`
    const wait = Math.max(this.#devices.wait(key, now), this.#tenants.wait(tenantId, now))
    if (wait > 0) return wait
    this.#devices.spend(key, count, now)
    this.#tenants.spend(tenantId, count, now)
    return 0
  }
}
