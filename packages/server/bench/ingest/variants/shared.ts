/** Something that several variants use, started by the first of them and stopped by the last. */
export interface Shared<A> {
  readonly enter: () => Promise<A>
  readonly leave: () => Promise<void>
}

/** Shares what is expensive to start. */
export const shared = <A>(start: () => Promise<A>, stop: (one: A) => Promise<void>): Shared<A> => {
  let running: Promise<A> | undefined
  let users = 0
  return {
    enter: () => {
      users++
      return (running ??= start())
    },
    leave: async () => {
      if (--users > 0) return
      const one = await running
      running = undefined
      if (one !== undefined) await stop(one)
    }
  }
}
