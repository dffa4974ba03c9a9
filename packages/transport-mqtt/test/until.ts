/** Waits until something is so; fails with what was waited for when it does not come. */
export const until = async (what: string, isSo: () => boolean, mostMs = 5_000): Promise<void> => {
  const end = performance.now() + mostMs
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
