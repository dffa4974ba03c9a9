import { WattkitError } from "./WattkitError.ts"

/** What may be said of one call. */
export interface CallOptions {
  /** Ends the call, its retries and its waiting; the call rejects with the code `ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /** For one attempt, in place of the client's. */
  readonly timeoutMs?: number | undefined
  /** How often to try again, in place of the client's. */
  readonly retries?: number | undefined
  /** Names what is written, so that the server does it once; a random one unless given. */
  readonly idempotencyKey?: string | undefined
  /**
   * The `etag` of an answer: what is written replaces that and nothing newer, which is `PRECONDITION_FAILED`.
   */
  readonly ifMatch?: string | undefined
  /** In addition to the client's. */
  readonly headers?: { readonly [name: string]: string } | undefined
}

/** Data together with the response it came in; the body of the response is already read. */
export interface WithResponse<T> {
  readonly data: T
  /** What the envelope says beside the data, such as `nextCursor`. */
  readonly meta: { readonly [name: string]: unknown }
  readonly headers: Headers
  readonly status: number
  readonly requestId: string | undefined
  readonly response: Response
}

/** The data of an answer, when it is awaited. */
export interface Answer<T> extends Promise<T> {
  /** The data with status and headers of the response. */
  withResponse(): Promise<WithResponse<T>>
}

/** One page of a list. */
export interface Page<T> {
  readonly items: ReadonlyArray<T>
  /** What to ask for as `cursor` to see what follows; undefined on the last page. */
  readonly nextCursor: string | undefined
}

/** The first page of a list when it is awaited, every entry of every page when it is iterated. */
export interface PagedAnswer<T> extends Answer<Page<T>>, AsyncIterable<T> {
  /** The first page, which is what awaiting gives too. */
  page(): Promise<Page<T>>
}

/** Shows a result as its data. */
export const make = <T>(result: Promise<WithResponse<T>>): Answer<T> => {
  const data = result.then((all) => all.data)
  return Object.assign(data, {
    withResponse: () => {
      // Whoever asks for the response handles the failure there, so it is not unhandled here.
      data.catch(() => {})
      return result
    }
  })
}

/** Shows a result as its page, and as the entries of all pages from there on. */
export const paged = <T>(
  result: Promise<WithResponse<Page<T>>>,
  after: (cursor: string) => Promise<WithResponse<Page<T>>>
): PagedAnswer<T> => {
  const answer = make(result)
  return Object.assign(answer, {
    page: () => answer,
    [Symbol.asyncIterator]: async function* () {
      let page = await answer
      for (;;) {
        yield* page.items
        const cursor = page.nextCursor
        if (cursor === undefined) return
        page = (await after(cursor)).data
        if (page.nextCursor === cursor) {
          throw new WattkitError({
            code: "INVALID_RESPONSE",
            message: "The list comes back to the same page"
          })
        }
      }
    }
  })
}
