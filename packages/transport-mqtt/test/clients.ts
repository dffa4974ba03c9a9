import { type ChildProcess, spawn } from "node:child_process"
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt"
import { programOf } from "./Mosquitto.ts"

/** Where a broker is. */
export interface Address {
  readonly port: number
  readonly webSocketPort: number
}

export type Carrier = "tcp" | "websocket"
export type Version = 4 | 5

/** What a client got. */
export interface Got {
  readonly topic: string
  readonly text: string
  readonly qos: number
  readonly retain: boolean
}

/** A mqtt.js client with what it got. */
export interface TestClient {
  readonly mqtt: MqttClient
  readonly sessionPresent: boolean
  readonly got: Array<Got>
  /** Resolves when it has got so many messages. */
  readonly has: (count: number) => Promise<void>
  readonly end: () => Promise<void>
}

const urlOf = ({ port, webSocketPort }: Address, carrier: Carrier): string =>
  carrier === "tcp" ? `mqtt://127.0.0.1:${port}` : `ws://127.0.0.1:${webSocketPort}/mqtt`

let lastClient = 0

/** Waits for something that has an event for it, without a clock. */
const makeMailbox = () => {
  const got: Array<Got> = []
  const waiting = new Set<() => void>()
  return {
    got,
    put: (one: Got) => {
      got.push(one)
      for (const look of waiting) look()
    },
    has: (count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (got.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
  }
}

/** Connects with mqtt.js; rejects when the broker refuses. */
export const connectClient = (
  address: Address,
  carrier: Carrier,
  given: Partial<IClientOptions> & { readonly protocolVersion: Version }
): Promise<TestClient> =>
  new Promise((resolve, reject) => {
    const mqtt = connect(urlOf(address, carrier), {
      ...(given.password === undefined ? {} : { username: String(given.password).replace("secret-", "") }),
      clientId: `test-${++lastClient}`,
      reconnectPeriod: 0,
      resubscribe: false,
      ...given
    })
    const { got, has, put } = makeMailbox()
    mqtt.on("message", (topic: string, payload: Buffer, { qos, retain }: IPublishPacket) =>
      put({ topic, text: payload.toString(), qos, retain })
    )
    const fail = (error: Error): void => {
      mqtt.end(true)
      reject(error)
    }
    mqtt.once("error", fail)
    mqtt.once("connect", ({ sessionPresent }) => {
      mqtt.off("error", fail)
      mqtt.on("error", () => undefined)
      resolve({ mqtt, sessionPresent, got, has, end: () => mqtt.endAsync() })
    })
  })

/** The code with which a broker refused or answered. */
export const codeOf = (error: unknown): number => {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined
  if (typeof code === "number") return code
  throw error
}

/** Runs a program to its end and answers what it wrote. */
export const runTool = (
  name: "mosquitto_pub" | "mosquitto_sub",
  { port }: Address,
  words: ReadonlyArray<string>
): {
  readonly child: ChildProcess
  readonly done: Promise<{ readonly code: number | null; readonly out: string }>
} => {
  const child = spawn(programOf(name), ["-h", "127.0.0.1", "-p", String(port), ...words], {
    stdio: ["ignore", "pipe", "pipe"]
  })
  let out = ""
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on("data", (chunk: Buffer) => (out += chunk.toString()))
  return {
    child,
    done: new Promise((resolve) => child.on("close", (code) => resolve({ code, out })))
  }
}
