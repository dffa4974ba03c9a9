/** Rests between two attempts, and knows what came meanwhile. */
export class Pause {
  #isUrgent = false
  #hasNews = false
  #end: ((isUrgent: boolean) => void) | undefined

  /** An attempt begins: what comes from now on is news. */
  begin(): void {
    this.#isUrgent = false
    this.#hasNews = false
  }

  /** News end a rest that waits for them; what is urgent ends every rest. */
  end(why: "news" | "urgent"): void {
    this.#hasNews = true
    if (why === "urgent") this.#isUrgent = true
    this.#end?.(this.#isUrgent)
  }

  /** Rests until there is news. */
  forNews(): Promise<void> {
    return this.#hasNews ? Promise.resolve() : new Promise((resolve) => (this.#end = () => resolve()))
  }

  /** Rests for a time, unless something is urgent. */
  forTime(ms: number): Promise<void> {
    if (this.#isUrgent) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#end = (isUrgent) => {
        if (!isUrgent) return
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
