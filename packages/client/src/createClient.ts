import * as Answer from "./Answer.ts"
import { type Endpoints, routes } from "./contract.gen.ts"
import { type ClientOptions, connect } from "./http/connect.ts"
import * as Route from "./http/Route.ts"
import { type Connection, send } from "./http/send.ts"

/** Every endpoint of the contract as a function, by group. */
export interface Client extends Endpoints {
  readonly baseUrl: string
}

/** A client of the server at `baseUrl`. It holds nothing open and needs no closing. */
export const createClient = (options: ClientOptions): Client => {
  const connection = connect(options)
  const groups = Object.entries(routes).map(([group, entries]) => [
    group,
    Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, call(connection, Route.parse(entry))])
    )
  ])
  return { baseUrl: connection.baseUrl, ...(Object.fromEntries(groups) as Endpoints) }
}

const call =
  (connection: Connection, route: Route.Route) =>
  (params: Route.Params = {}, options: Answer.CallOptions = {}) =>
    route.isPaged
      ? Answer.paged(page(connection, route, params, options), (cursor) =>
          page(connection, route, { ...params, cursor }, options)
        )
      : Answer.make(send(connection, route, params, options))

const page = async (
  connection: Connection,
  route: Route.Route,
  params: Route.Params,
  options: Answer.CallOptions
): Promise<Answer.WithResponse<Answer.Page<unknown>>> => {
  const { data, ...rest } = await send(connection, route, params, options)
  return { ...rest, data: data as Answer.Page<unknown> }
}
