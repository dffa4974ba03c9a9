import { connect, createServer, type Server, type Socket } from "node:net"
import type { AddressInfo } from "node:net"

/**
 * How the network is: as it should be; answers are lost once the server has done what they tell of; nobody
 * listens; connections break at once; nothing ever comes back.
 */
export type Condition = "up" | "losesAnswers" | "refuses" | "resets" | "silent"

/** A network between a meter and the server, which can be bad in several ways. */
export class Wire {
  readonly #server: URL
  readonly #sockets = new Set<Socket>()
  readonly #listener: Server
  #port = 0
  #condition: Condition = "up"
  /** How often each condition was met. */
  readonly met: Record<Condition, number> = { up: 0, losesAnswers: 0, refuses: 0, resets: 0, silent: 0 }

  private constructor(server: string) {
    this.#server = new URL(server)
    this.#listener = createServer((near) => this.#take(near))
  }

  static async open(server: string): Promise<Wire> {
    const wire = new Wire(server)
    await wire.#listen()
    return wire
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async become(condition: Condition): Promise<void> {
    const was = this.#condition
    this.#condition = condition
    for (const socket of this.#sockets) socket.destroy()
    if (condition === "refuses" && was !== "refuses") await this.#hangUp()
    if (condition !== "refuses" && was === "refuses") await this.#listen()
  }

  /** Resolves when a condition was met so many times more. */
  async meets(condition: Condition, times: number): Promise<void> {
    const [until, deadline] = [this.met[condition] + times, Date.now() + 20_000]
    while (this.met[condition] < until) {
      if (Date.now() > deadline) throw new Error(`nobody tries while the network ${condition}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  async close(): Promise<void> {
    await this.become("refuses")
  }

  #take(near: Socket): void {
    this.#hold(near)
    if (this.#condition !== "losesAnswers") this.met[this.#condition]++
    if (this.#condition === "resets") return void near.resetAndDestroy()
    if (this.#condition === "silent") return void near.resume()
    const far = connect(Number(this.#server.port), this.#server.hostname)
    this.#hold(far)
    near.on("close", () => far.destroy())
    far.on("close", () => near.destroy())
    near.pipe(far)
    far.on("data", (chunk: Buffer) => {
      if (this.#condition !== "losesAnswers") return near.write(chunk)
      this.met.losesAnswers++
      return near.resetAndDestroy()
    })
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => this.#sockets.delete(socket))
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#listener.listen(this.#port, "127.0.0.1", resolve))
    this.#port = (this.#listener.address() as AddressInfo).port
  }

  async #hangUp(): Promise<void> {
    await new Promise((resolve) => this.#listener.close(resolve))
  }
}
