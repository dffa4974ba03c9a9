/** A counter of the day, which begins anew at a minute of the local day. */
export class Today {
  readonly #beginsAt: number
  #day = ""
  #start = 0

  constructor(beginsAt = 0) {
    this.#beginsAt = beginsAt
  }

  /** What it shows, in the unit of the register. */
  read(register: number, date: string, minute: number): number {
    const isNew = this.#day === "" || (date !== this.#day && minute >= this.#beginsAt)
    if (isNew) {
      this.#day = date
      this.#start = register
    }
    return register - this.#start
  }
}
