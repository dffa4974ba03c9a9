import { problemOf } from "./problemOf.ts"

/** What the server says of a file it does not give. */
const refusalOf = async (response: Response): Promise<string> => {
  const body = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
  return body?.error?.message ?? `the server answered ${response.status}`
}

const nameOf = (response: Response): string =>
  /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "wattkit"

/** Has a file of the server saved. A link cannot: it would have to carry the credential in its address. */
export const download = async (url: string, token: string): Promise<string> => {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(problemOf(new Error(await refusalOf(response))))
  const link = document.createElement("a")
  link.href = URL.createObjectURL(await response.blob())
  link.download = nameOf(response)
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  return link.download
}
