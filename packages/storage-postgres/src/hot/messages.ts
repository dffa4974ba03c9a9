import type { BinaryWriter } from "./BinaryWriter.ts"

const code = (letter: string): number => letter.charCodeAt(0)

const framed = (writer: BinaryWriter, letter: string, write: () => void): void => {
  writer.byte(code(letter))
  const start = writer.length
  writer.int32(0)
  write()
  writer.int32At(start, writer.length - start)
}

const cString = (writer: BinaryWriter, text: string): void => {
  writer.text(text)
  writer.byte(0)
}

/** Prepares a statement under a name, also when the name is taken. */
export const prepare = (writer: BinaryWriter, name: string, text: string): void => {
  framed(writer, "C", () => {
    writer.byte(code("S"))
    cString(writer, name)
  })
  framed(writer, "P", () => {
    cString(writer, name)
    cString(writer, text)
    writer.int16(0)
  })
}

/** A parameter: it writes its length and then its bytes in the binary format. */
export type Parameter = (writer: BinaryWriter) => void

/** A parameter that is text. */
export const text =
  (value: string): Parameter =>
  (writer) => {
    const start = writer.length
    writer.int32(0)
    writer.int32At(start, writer.text(value))
  }

/** Runs a prepared statement; what it answers comes back as text. */
export const run = (writer: BinaryWriter, name: string, parameters: ReadonlyArray<Parameter>): void => {
  framed(writer, "B", () => {
    cString(writer, "")
    cString(writer, name)
    writer.int16(1)
    writer.int16(1)
    writer.int16(parameters.length)
    for (const parameter of parameters) parameter(writer)
    writer.int16(0)
  })
  framed(writer, "E", () => {
    cString(writer, "")
    writer.int32(0)
  })
}

/** Sends what a COPY statement that runs takes in, all at once. */
export const copyData = (writer: BinaryWriter, write: () => void): void => {
  framed(writer, "d", write)
  framed(writer, "c", () => undefined)
}

/**
 * Ends what belongs together. Everything since the last end is one transaction: it is committed here, and
 * when something of it failed, nothing of it was done.
 */
export const end = (writer: BinaryWriter): void => framed(writer, "S", () => undefined)
