import { type Client, createClient } from "@wattkit/client"
import { fromClient } from "./fromClient.ts"
import type { LiveData } from "./LiveData.ts"

/** How an element is told where its data is; the first of data, client and baseUrl that is given counts. */
export interface Origin {
  readonly data: LiveData | undefined
  readonly client: Client | undefined
  readonly baseUrl: string | undefined
  readonly token: string | undefined
}

/** The data of an origin, or undefined when it does not say where that is. */
export const dataOf = ({ baseUrl, client, data, token }: Origin): LiveData | undefined => {
  if (data !== undefined) return data
  if (client !== undefined) return fromClient(client)
  if (baseUrl === undefined) return undefined
  // An empty or relative base URL means the server this page came from.
  const url = new URL(baseUrl === "" ? "/" : baseUrl, document.baseURI)
  return fromClient(
    createClient({ baseUrl: url.origin + url.pathname, ...(token === undefined ? {} : { auth: token }) })
  )
}
