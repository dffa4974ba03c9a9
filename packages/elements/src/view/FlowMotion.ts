const dotGap = 14
/** At this power the dots move at their usual speed. */
const usualWatts = 1500

/**
 * Moves the dots of the flow, faster with more power.
 *
 * The speed of a running animation is changed in place: a CSS duration would start it over, and the dots
 * would jump with every reading. Who asked for less motion sees the arrows alone.
 */
export class FlowMotion {
  readonly #still = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)")
  readonly #running = new Map<Element, Animation>()

  update(root: ParentNode): void {
    const dots = new Set(root.querySelectorAll<SVGElement>(".dots"))
    for (const [element, animation] of this.#running) {
      if (dots.has(element as SVGElement) && this.#still?.matches !== true) continue
      animation.cancel()
      this.#running.delete(element)
    }
    if (this.#still?.matches === true) return
    for (const element of dots) {
      const watts = Number(element.dataset["watts"])
      const speed = Math.min(2.5, Math.max(0.3, Math.sqrt(watts / usualWatts)))
      let animation = this.#running.get(element)
      if (animation === undefined) {
        const travel = { strokeDashoffset: [String(dotGap), "0"] }
        animation = element.animate(travel, { duration: 700, iterations: Number.POSITIVE_INFINITY })
        this.#running.set(element, animation)
      }
      animation.updatePlaybackRate(speed)
    }
  }

  stop(): void {
    for (const animation of this.#running.values()) animation.cancel()
    this.#running.clear()
  }
}
