import type { ProtocolChoice } from "./SubscriberOptions.ts"

/** So often a broker may end the connection without a word before it is believed not to know version 5. */
const patience = 2

/** Which version of the protocol to try next. */
export class Versions {
  readonly #choice: ProtocolChoice
  #isRefused = false
  #silences = 0

  constructor(choice: ProtocolChoice) {
    this.#choice = choice
  }

  get current(): 4 | 5 {
    if (this.#choice !== "auto") return this.#choice === "5" ? 5 : 4
    return this.#isRefused || this.#silences >= patience ? 4 : 5
  }

  /** The broker says that it does not speak this version. Answers whether there is another one to try. */
  refused(version: 4 | 5): boolean {
    const isOther = this.#choice === "auto" && version === 5
    this.#isRefused = isOther
    return isOther
  }

  /**
   * Old brokers close a connection whose first packet they do not understand; so does a broker that is being
   * started. Therefore the older version is only a guess here, and the newer one has its turn again.
   */
  silent(): void {
    this.#silences = this.#silences >= patience ? 0 : this.#silences + 1
  }

  /** A connection that had begun has ended: what was guessed is forgotten. */
  forget(): void {
    this.#silences = 0
  }
}
