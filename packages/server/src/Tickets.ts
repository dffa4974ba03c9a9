import { randomBytes } from "node:crypto"
import type { Principal } from "@wattkit/core"
import { Clock, Context, Effect, Layer, Option } from "effect"
import { limits } from "./limits.ts"

/** A ticket that was given out. */
export interface Ticket {
  readonly ticket: string
  readonly expiresAt: number
}

/** Gives out tickets that open one WebSocket each, in the name of whoever asked. */
export class Tickets extends Context.Service<
  Tickets,
  {
    readonly issue: (principal: Principal) => Effect.Effect<Ticket>
    /** Whose ticket this is; it is worthless afterwards. */
    readonly redeem: (ticket: string) => Effect.Effect<Option.Option<Principal>>
  }
>()("@wattkit/server/Tickets") {
  /**
   * Keeps tickets in this process. They stand in the order they expire in, so the oldest is the first; when
   * there are too many it makes room.
   */
  static readonly layer = Layer.sync(Tickets, () => {
    const open = new Map<string, { readonly principal: Principal; readonly expiresAt: number }>()
    const sweep = (now: number) => {
      for (const [ticket, { expiresAt }] of open) {
        if (expiresAt > now && open.size < limits.tickets.count) return
        open.delete(ticket)
      }
    }
    return Tickets.of({
      issue: (principal) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          sweep(now)
          const ticket = randomBytes(24).toString("base64url")
          const expiresAt = now + limits.tickets.lifetimeMs
          open.set(ticket, { principal, expiresAt })
          return { ticket, expiresAt }
        }),
      redeem: (ticket) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const found = open.get(ticket)
          open.delete(ticket)
          return found !== undefined && found.expiresAt > now ? Option.some(found.principal) : Option.none()
        })
    })
  })
}
