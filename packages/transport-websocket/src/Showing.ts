import type { LiveNews } from "@wattkit/core"
import type { NewsListener, Selected } from "./Opened.ts"
import type { ServerFrame } from "./wire.ts"

/** What a subscription needs of the connection it is shown on. */
export interface Screen {
  /** Whether what was sent before has left far enough to send more. */
  readonly hasRoom: () => boolean
  readonly send: (frame: ServerFrame) => void
  readonly sendNews: (news: LiveNews, id: string | undefined) => void
  /** Resolves to true when there is room, and to false when the connection is over. */
  readonly room: () => Promise<boolean>
  /** Asks for `catchUp` as soon as there may be room. */
  readonly fallBehind: () => void
  readonly failed: (error: unknown, showing: Showing) => void
  /** Waits for a turn to read the state, which is work for the store. */
  readonly turn: <A>(work: () => Promise<A>) => Promise<A>
}

/**
 * One subscription on its way to one client.
 *
 * It holds no news, only how far it has come. While there is room news go out as they are told; without room
 * they are left in the log of all, and what is there since is caught up with later, one entry a location. A
 * client that stayed away for longer than the log reaches is told to start over, and gets the state.
 */
export class Showing implements NewsListener {
  readonly id: string | undefined
  readonly #screen: Screen
  #selected: Selected | undefined
  #seen = 0
  #phase: "new" | "state" | "behind" | "live" | "over" = "new"

  constructor(id: string | undefined, screen: Screen) {
    this.id = id
    this.#screen = screen
  }

  /** Begins to show what was selected, from the position on that was asked for. */
  begin(selected: Selected, since: number | undefined): void {
    if (this.#phase === "over") return selected.close()
    this.#selected = selected
    const resumed = since !== undefined && selected.isResumed
    this.#screen.send({ type: "SUBSCRIBED", id: this.id, resumed })
    if (resumed) {
      this.#seen = since
      this.#phase = "behind"
      this.catchUp()
    } else if (since === undefined) void this.#showState(selected)
    else this.#startOver(selected)
  }

  take(news: LiveNews): void {
    if (this.#phase !== "live" || news.sequence <= this.#seen) return
    if (!this.#screen.hasRoom()) return this.#fallBehind()
    this.#screen.sendNews(news, this.id)
    this.#seen = news.sequence
  }

  onGap(): void {
    if (this.#phase === "live") this.#fallBehind()
  }

  /** Sends what was missed, as far as there is room. */
  catchUp(): void {
    const selected = this.#selected
    if (this.#phase !== "behind" || selected === undefined) return
    if (!this.#screen.hasRoom()) return this.#screen.fallBehind()
    const head = selected.head()
    const missed = selected.since(this.#seen)
    if (missed === undefined) return this.#startOver(selected)
    for (const news of missed) {
      if (!this.#screen.hasRoom()) return this.#screen.fallBehind()
      this.#screen.sendNews(news, this.id)
      this.#seen = news.sequence
    }
    this.#seen = head
    this.#phase = "live"
  }

  end(): void {
    this.#phase = "over"
    this.#selected?.close()
  }

  #fallBehind(): void {
    this.#phase = "behind"
    this.#screen.fallBehind()
  }

  #startOver(selected: Selected): void {
    this.#screen.send({ type: "RESYNC", id: this.id })
    void this.#showState(selected)
  }

  async #showState(selected: Selected): Promise<void> {
    this.#phase = "state"
    try {
      if (!(await this.#sendState(selected))) return
    } catch (error) {
      if (this.#isOver()) return
      this.end()
      return this.#screen.failed(error, this)
    }
    this.#phase = "behind"
    this.catchUp()
  }

  /** Only reading takes a turn; a client that is slow to take what was read holds up nobody else. */
  async #sendState(selected: Selected): Promise<boolean> {
    this.#seen = selected.head()
    const state = selected.state()[Symbol.asyncIterator]()
    try {
      while (!this.#isOver()) {
        const step = await this.#screen.turn(() => state.next())
        if (step.done === true) return !this.#isOver()
        if (!(await this.#screen.room()) || this.#isOver()) return false
        this.#screen.sendNews(step.value, this.id)
      }
      return false
    } finally {
      await state.return?.()
    }
  }

  // A method, because what is awaited may end the subscription between two looks at it.
  #isOver(): boolean {
    return this.#phase === "over"
  }
}
