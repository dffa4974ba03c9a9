import { Effect, Exit } from "effect"
import type { SqlError } from "effect/sql"
import pg from "pg"
import type { Address } from "./address.ts"
import { BinaryWriter } from "./BinaryWriter.ts"
import { connect } from "./connect.ts"
import { hotError } from "./hotError.ts"
import * as Messages from "./messages.ts"

/** A row of an answer, as text. */
export type AnsweredRow = ReadonlyArray<string | null>

/** A statement a connection prepares once. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Writes what a transaction consists of. */
export interface Writing {
  readonly run: (statement: Statement, parameters: ReadonlyArray<Messages.Parameter>) => void
  /** Runs a COPY statement and sends it everything it takes in. */
  readonly copy: (text: string, write: (writer: BinaryWriter) => void) => void
}

/** One exchange with the server, as the client wants it: it writes once and then listens. */
class Exchange {
  readonly rows: Array<AnsweredRow> = []
  readonly #message: Buffer
  readonly #settle: (error: unknown) => void

  constructor(message: Buffer, settle: (error: unknown) => void) {
    this.#message = message
    this.#settle = settle
  }

  submit(connection: pg.Connection): void {
    connection.stream.write(this.#message)
  }

  handleDataRow({ fields }: { readonly fields: AnsweredRow }): void {
    this.rows.push(fields)
  }

  handleReadyForQuery(): void {
    this.#settle(undefined)
  }

  /** After an error the server reads on to the end of the message, and only then is ready again. */
  handleError(error: unknown, connection: pg.Connection): void {
    if (!(error instanceof pg.DatabaseError)) return this.#settle(error)
    const settle = () => {
      connection.off("readyForQuery", settle)
      connection.off("end", settle)
      this.#settle(error)
    }
    connection.on("readyForQuery", settle)
    connection.on("end", settle)
  }

  // What was to be copied is on its way already, and the other answers tell nothing new.
  handleCopyInResponse(): void {}
  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
}

/**
 * A connection that writes a whole transaction at once, COPY included, and waits for one answer.
 *
 * The extended protocol makes one transaction of all that stands before one Sync, so there is no moment at
 * which the connection waits inside a transaction. When the waiting is interrupted, the connection is closed.
 */
export class HotConnection {
  readonly #client: pg.Client
  readonly #writer = new BinaryWriter()
  #prepared = new Set<string>()
  #isBroken = false

  private constructor(client: pg.Client) {
    this.#client = client
    client.on("error", () => this.close())
    client.on("end", () => this.close())
  }

  static readonly open = (address: Address) =>
    Effect.flatMap(connect(address), (made) => {
      const connection = new HotConnection(made)
      const begun = connection.transaction(({ run }) => {
        for (const [name, value] of Object.entries({ ...planning, ...address.session }))
          run(setting, [Messages.text(name), Messages.text(value)])
      })
      return Effect.onExit(Effect.as(begun, connection), (exit) =>
        Effect.sync(() => Exit.isFailure(exit) && connection.close())
      )
    })

  /** It can be used for nothing more. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Ends the connection without a word to the server, which undoes what was not committed. */
  close(): void {
    this.#isBroken = true
    this.#client.connection.stream.destroy()
  }

  /** Runs what is written as one transaction, and answers all rows; when it fails, nothing was done. */
  transaction(
    write: (writing: Writing) => void
  ): Effect.Effect<ReadonlyArray<AnsweredRow>, SqlError.SqlError> {
    return Effect.callback<ReadonlyArray<AnsweredRow>, SqlError.SqlError>((resume) => {
      const writer = this.#writer
      const named = new Set<string>()
      writer.length = 0
      write({
        run: (statement, parameters) => {
          const isKnown = this.#prepared.has(statement.name) || named.has(statement.name)
          const name = isKnown || this.#prepared.size < mostPrepared ? statement.name : ""
          if (!isKnown) Messages.prepare(writer, name, statement.text)
          if (name !== "") named.add(name)
          Messages.run(writer, name, parameters)
        },
        copy: (text, copied) => {
          Messages.prepare(writer, "", text)
          Messages.run(writer, "", [])
          Messages.copyData(writer, () => copied(writer))
        }
      })
      Messages.end(writer)
      const exchange = new Exchange(writer.written(), (error) => {
        // What failed may have been prepared or not; the next time it is prepared anew.
        if (error === undefined) for (const name of named) this.#prepared.add(name)
        else this.#prepared = new Set()
        resume(error === undefined ? Effect.succeed(exchange.rows) : Effect.fail(hotError(error)))
      })
      this.#client.query(exchange)
      return Effect.sync(() => this.close())
    })
  }
}

/**
 * The statements are the same for every batch. To plan them anew costs more than to store a few readings, and
 * the planner, which guesses arrays to be short, would believe to win by it each time.
 */
const planning = { plan_cache_mode: "force_generic_plan" }

/** So many statements are kept prepared; others are prepared each time, because each takes memory. */
const mostPrepared = 100

const setting = { name: "wattkit_set", text: "SELECT set_config($1::text, $2::text, false)" }
