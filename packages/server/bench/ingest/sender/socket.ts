import { connect, type Socket } from "node:net"

/** Hears bytes that are valid until it returns, and answers how many of the first it has used. */
export type Hear = (bytes: Buffer, length: number) => number

const room = 16 * 1024

/**
 * Opens a connection that reads into one buffer of its own, because a buffer for every read costs more than
 * what is done with the answers here. What was not used comes again, before what is new.
 */
export const open = (
  port: number,
  hear: { current: Hear },
  onError: (error: Error) => void
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    let left: Buffer | undefined
    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(room),
        callback: (length, read) => {
          const buffer = read as Buffer
          const bytes = left === undefined ? buffer : Buffer.concat([left, buffer.subarray(0, length)])
          const whole = left === undefined ? length : bytes.length
          const used = hear.current(bytes, whole)
          left = used === whole ? undefined : Buffer.from(bytes.subarray(used, whole))
          return true
        }
      }
    })
    socket.once("connect", () => resolve(socket))
    socket.on("error", (error) => {
      reject(error)
      onError(error)
    })
  })
