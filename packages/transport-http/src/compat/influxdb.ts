import type { Message } from "@wattkit/core"
import type { LineFault } from "@wattkit/formats"
import { fieldIn } from "./address.ts"
import { empty, json, lostOf, messageOf, retryAfter, statusOf } from "./answers.ts"
import type { Answer, Ending, Endpoint } from "./Compat.ts"
import { type LineProblems, mostFaults, problemsOf } from "./lineFaults.ts"
import { headerSecret } from "./secrets.ts"
import type { Asked } from "./asked.ts"

/** Clients look at it to find out what a server can do; it says that everything of version 1 is there. */
const version = { "x-influxdb-version": "1.8.10", "x-influxdb-build": "wattkit" }

const unable = ({ message, text }: LineFault): string => `unable to parse '${text}': ${message}`

/** What an answer of a version looks like: its error, and what it says of lines that were not taken. */
interface Version {
  readonly error: (status: number, message: string, ending?: Ending) => Answer
  readonly lines: (faults: ReadonlyArray<LineFault>, isPartial: boolean) => Answer
  readonly success: () => Answer
}

const one: Version = {
  error: (status, message, ending) =>
    json(
      status,
      { error: status === 401 ? "authorization failed" : message },
      {
        ...version,
        "x-influxdb-error": status === 401 ? "authorization failed" : plainHeader(message),
        ...(status === 401 ? { "www-authenticate": 'Basic realm="InfluxDB"' } : {}),
        ...(ending === undefined ? {} : retryAfter(ending))
      }
    ),
  lines: (faults, isPartial) => {
    const message = faults.map(unable).join("\n")
    // InfluxDB counts as dropped only what it could read.
    return one.error(400, isPartial ? `partial write: ${message} dropped=0` : message)
  },
  success: () => empty(204, version)
}

const codes: { readonly [status: number]: string } = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  405: "method not allowed",
  413: "request too large",
  415: "unsupported media type",
  422: "unprocessable entity",
  429: "too many requests",
  503: "unavailable"
}

const two: Version = {
  error: (status, message, ending) => {
    const code = codes[status] ?? "internal error"
    return json(
      status,
      { code, message: status === 401 ? "unauthorized access" : message },
      { ...version, "x-platform-error-code": code, ...(ending === undefined ? {} : retryAfter(ending)) }
    )
  },
  lines: (faults, isPartial) => {
    const message = faults.map((fault) => `line ${fault.line}: ${unable(fault)}`).join("\n")
    return json(
      400,
      { code: "invalid", message: isPartial ? `partial write: ${message}` : message, line: faults[0]?.line },
      { ...version, "x-platform-error-code": "invalid" }
    )
  },
  success: () => empty(204, version)
}

const three: Version = {
  error: (status, message, ending) =>
    json(
      status,
      { error: status === 401 ? "the request was not authenticated" : message },
      { ...version, ...(ending === undefined ? {} : retryAfter(ending)) }
    ),
  lines: (faults, isPartial) => {
    const data = faults.map(({ line, message, text }) => ({
      original_line: text,
      line_number: line,
      error_message: message
    }))
    return isPartial
      ? json(400, { error: "partial write of line protocol occurred", data }, version)
      : json(400, { error: "parsing failed for write_lp endpoint", data: data[0] }, version)
  },
  success: () => empty(204, version)
}

/** Headers hold no ends of lines and nothing beyond ASCII. */
const plainHeader = (text: string): string => text.replace(/[^\x20-\x7e]+/g, " ").slice(0, 500)

const refusalOf = (
  { error, lines }: Version,
  problems: LineProblems | undefined,
  takesPart: boolean
): Answer | undefined => {
  if (problems === undefined) return undefined
  if (problems.kind === "whole") return error(400, problems.message)
  if (problems.hasOthers && takesPart) return undefined
  return lines(problems.faults.slice(0, mostFaults), problems.hasOthers && takesPart)
}

const answerOf = (
  { error, lines, success }: Version,
  ending: Ending,
  problems: LineProblems | undefined
): Answer => {
  if (ending.kind !== "taken") return error(statusOf[ending.kind], messageOf(ending), ending)
  if (problems?.kind === "lines") return lines(problems.faults.slice(0, mostFaults), true)
  const lost = lostOf(ending)
  if (lost.length === 0) return success()
  const [first] = lost
  return error(400, `partial write: ${first?.field} ${first?.message} dropped=${lost.length}`)
}

const endpoint = (
  peer: Endpoint["peer"],
  words: Version,
  topic: string,
  credential: string | undefined,
  takesPart = true
): Endpoint => {
  // What is wrong with the lines is looked up once, for the refusal and for the answer.
  const known = new WeakMap<Message, LineProblems | undefined>()
  const problems = (message: Message): LineProblems | undefined => {
    if (!known.has(message)) known.set(message, problemsOf(message))
    return known.get(message)
  }
  return {
    peer,
    format: "influx",
    methods: ["POST"],
    topic,
    credential,
    secrets: [],
    refuse: (message) => refusalOf(words, problems(message), takesPart),
    answer: (ending, message) =>
      answerOf(words, ending, message === undefined ? undefined : problems(message))
  }
}

const createDatabase = /^\s*create\s+database\b/i
const showDatabases = /^\s*show\s+databases\s*;?\s*$/i

/** The little of version 1's query language that clients need before they write. */
const answerQuery = (question: string, database: string | undefined): Answer => {
  if (createDatabase.test(question)) return json(200, { results: [{ statement_id: 0 }] }, version)
  if (!showDatabases.test(question)) return one.error(400, "nothing is queried here; write only")
  const values = database === undefined ? [] : [[database]]
  const series = [{ name: "databases", columns: ["name"], values }]
  return json(200, { results: [{ statement_id: 0, series }] }, version)
}

const immediate = (methods: ReadonlyArray<string>, answer: Answer): Endpoint => ({
  ...endpoint("influxdb1", one, "/write", undefined),
  methods,
  immediate: answer
})

/** The query of a POST stands in its body. */
const posted = (query: string, credential: string | undefined): Endpoint => ({
  ...endpoint("influxdb1", one, "/query", credential),
  refuse: ({ payload }) => {
    const form = new TextDecoder().decode(payload)
    const question = fieldIn(form, "q") ?? fieldIn(query, "q") ?? ""
    return answerQuery(question, fieldIn(query, "db") ?? fieldIn(form, "db"))
  }
})

/** In version 1 a token may stand behind a user's name, as in `Token user:token`. */
const secretOfOne = (header: string | undefined): string | undefined => {
  const secret = headerSecret(header)
  return secret?.includes(":") === true ? secret.slice(secret.indexOf(":") + 1) : secret
}

/** Finds the endpoint of InfluxDB 1, 2 or 3 that a request is for. */
export const influxdb = ({ header, method, path, strip, topic }: Asked): Endpoint | undefined => {
  if (path === "/write") {
    const { rest, secret } = strip(["p", "u"])
    return endpoint("influxdb1", one, topic(path, rest), secretOfOne(header("authorization")) ?? secret)
  }
  if (path === "/ping") {
    const isVerbose = /^(true|1)$/.test(fieldIn(strip([]).rest, "verbose") ?? "")
    return immediate(
      ["GET", "HEAD"],
      isVerbose ? json(200, { version: "1.8.10" }, version) : empty(204, version)
    )
  }
  if (path === "/query") {
    const { rest, secret } = strip(["p", "u"])
    const question = fieldIn(rest, "q")
    if (method === "POST" && question === undefined) {
      return posted(rest, secretOfOne(header("authorization")) ?? secret)
    }
    return immediate(["GET", "POST"], answerQuery(question ?? "", fieldIn(rest, "db")))
  }
  const { rest } = strip(["p", "u", "token"])
  const credential = headerSecret(header("authorization"))
  if (path === "/api/v2/write") return endpoint("influxdb2", two, topic(path, rest), credential)
  if (path !== "/api/v3/write_lp") return undefined
  const takesPart = !/^(false|0)$/i.test(fieldIn(rest, "accept_partial") ?? "")
  return endpoint("influxdb3", three, topic(path, rest), credential, takesPart)
}
