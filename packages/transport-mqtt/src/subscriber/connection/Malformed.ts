/** What a broker sent is not what the protocol allows; the connection ends with the reason. */
export class Malformed extends Error {
  readonly reason: number

  constructor(message: string, reason: number) {
    super(message)
    this.reason = reason
  }
}
