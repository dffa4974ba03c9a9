import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Answer, CallOptions, Page, PagedAnswer, WithResponse } from "../Answer.ts"
import type { ClientOptions } from "../http/connect.ts"
import { type Endpoints, routes } from "../contract.gen.ts"
import { type Client, createClient } from "../createClient.ts"
import { WattkitError } from "../WattkitError.ts"
import { type Failure, failureOf } from "./Failure.ts"

/** What may be said of one call; it is aborted by interrupting it. */
export type EffectOptions = Omit<CallOptions, "signal">

type Args<P> = undefined extends P
  ? [params?: P, options?: EffectOptions]
  : [params: P, options?: EffectOptions]

/** A call: the data, or the data with the response. */
interface One<P, T> {
  (...args: Args<P>): Effect.Effect<T, Failure>
  readonly withResponse: (...args: Args<P>) => Effect.Effect<WithResponse<T>, Failure>
}

/** A list: every entry of every page, asked for as they are taken, or one page. */
interface Many<P, T> {
  (...args: Args<P>): Stream.Stream<T, Failure>
  readonly page: (...args: Args<P>) => Effect.Effect<Page<T>, Failure>
  readonly withResponse: (...args: Args<P>) => Effect.Effect<WithResponse<Page<T>>, Failure>
}

type InEffect<F> = F extends (params: infer P, options?: CallOptions) => infer A
  ? A extends PagedAnswer<infer T>
    ? Many<P, T>
    : A extends Answer<infer T>
      ? One<P, T>
      : never
  : never

/** Every endpoint of the contract as an effect or a stream, by group. */
export type EffectClient = {
  readonly [Group in keyof Endpoints]: {
    readonly [Name in keyof Endpoints[Group]]: InEffect<Endpoints[Group][Name]>
  }
} & {
  readonly baseUrl: string
  /** The same client with promises. */
  readonly promises: Client
}

type Params = { readonly [name: string]: unknown }
type Call = (params: Params, options: CallOptions) => Answer<unknown>

/** Makes a client of the server at `baseUrl`. It holds nothing open and needs no closing. */
export const makeClient = (options: ClientOptions): EffectClient => {
  const promises = createClient(options)
  const groups = Object.entries(routes).map(([group, entries]) => [
    group,
    Object.fromEntries(
      Object.entries(entries).map(([name, entry]: [string, string]) => {
        const call = Reflect.get(Reflect.get(promises, group), name) as Call
        return [name, / pages\b/.test(entry) ? many(call) : one(call)]
      })
    )
  ])
  return { ...(Object.fromEntries(groups) as EffectClient), baseUrl: promises.baseUrl, promises }
}

const run =
  <T>(call: Call, show: (answer: Answer<unknown>) => Promise<unknown>) =>
  (params: Params = {}, options: EffectOptions = {}): Effect.Effect<T, Failure> =>
    Effect.tryPromise({
      try: async (signal) => (await show(call(params, { ...options, signal }))) as T,
      catch: failureOf
    })

const one = (call: Call) =>
  Object.assign(
    run(call, (answer) => answer),
    { withResponse: run(call, (answer) => answer.withResponse()) }
  )

const many = (call: Call) => {
  const page = run<Page<unknown>>(call, (answer) => answer)
  const all = (params: Params = {}, options: EffectOptions = {}): Stream.Stream<unknown, Failure> =>
    Stream.paginate(params, (params) =>
      Effect.flatMap(page(params, options), ({ items, nextCursor }) =>
        nextCursor !== undefined && nextCursor === params["cursor"]
          ? Effect.fail(failureOf(goesRound()))
          : Effect.succeed([items, next(params, nextCursor)] as const)
      )
    )
  return Object.assign(all, { page, withResponse: run(call, (answer) => answer.withResponse()) })
}

const next = (params: Params, cursor: string | undefined): Option.Option<Params> =>
  cursor === undefined ? Option.none() : Option.some({ ...params, cursor })

const goesRound = (): WattkitError =>
  new WattkitError({ code: "INVALID_RESPONSE", message: "The list comes back to the same page" })

/** The client of a program, for who wants it from its context. */
export interface WattkitClient extends EffectClient {}

/** The key of the WattkitClient service. */
export const WattkitClient = Context.Service<WattkitClient>("@wattkit/client/WattkitClient")

/** The client of one server. */
export const layer = (options: ClientOptions): Layer.Layer<WattkitClient> =>
  Layer.sync(WattkitClient, () => makeClient(options))
