import { Resolver } from "node:dns"
import { lookup } from "node:dns/promises"

/** All addresses of a name; none when there is no such name. It rejects when nobody knows at the moment. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<ReadonlyArray<string>>

const nothing = new Set<unknown>(["ENOTFOUND", "ENODATA", "EBADNAME"])

/**
 * Asks DNS, and DNS only: neither the hosts file nor the domains that the machine adds to names. It takes no
 * thread of the pool, so that a name server that never answers holds up nothing else.
 */
export const askDns: Resolve = (name, signal) => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  return askResolver(resolver, name, signal)
}

/** Asks for both kinds of address; what one of the questions found counts when the other failed. */
export const askResolver = async (
  resolver: Resolver,
  name: string,
  signal: AbortSignal
): Promise<ReadonlyArray<string>> => {
  const cancel = () => resolver.cancel()
  signal.addEventListener("abort", cancel, { once: true })
  const ask = (method: "resolve4" | "resolve6") =>
    new Promise<ReadonlyArray<string>>((resolve, reject) => {
      resolver[method](name, (error, addresses) => {
        if (error === null) resolve(addresses)
        else if (nothing.has(error.code)) resolve([])
        else reject(error)
      })
    })
  const answers = await Promise.allSettled([ask("resolve4"), ask("resolve6")])
  signal.removeEventListener("abort", cancel)
  const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []))
  const failed = answers.find((answer) => answer.status === "rejected")
  if (found.length === 0 && failed !== undefined) throw failed.reason
  return found
}

/** Asks as the machine does, hosts file and all: for names that the operator has written down. */
export const askMachine: Resolve = async (name) => {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address)
  } catch (error) {
    if (error instanceof Error && "code" in error && nothing.has(error.code)) return []
    throw error
  }
}
