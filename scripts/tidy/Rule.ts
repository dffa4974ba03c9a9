/** A file as a rule sees it: its path from the root of the repository, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** Something that breaks a rule. */
export interface Violation {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** A rule is a pure function over all files, so that its test can hand it a few lines. */
export interface Rule {
  readonly name: string
  readonly check: (files: ReadonlyArray<SourceFile>) => ReadonlyArray<Violation>
}

/** The line (from 1) on which an offset of a text lies. */
export const lineAt = (text: string, offset: number): number => {
  let line = 1
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++
  return line
}

export const isTypeScript = (path: string): boolean => /\.m?tsx?$/.test(path)

/** Tests, suites of adapters, browser tests and benches: code that is not shipped. */
export const isTest = (path: string): boolean =>
  /\.(test|fixture|snippets|bench)\.tsx?$/.test(path) ||
  /^(packages|examples)\/[^/]+\/(test|e2e|bench)\//.test(path)

/** Files whose size says nothing: tables of data, migrations, fixtures and what a generator wrote. */
export const isExempt = ({ path, text }: SourceFile): boolean =>
  /(^|\/)(migrations|fixtures|data|generated)\//.test(path) ||
  /\.gen(erated)?\.ts$/.test(path) ||
  /^\/[/*]+ (Generated|Data)\b/.test(text)

/** Code that is shipped or runs the house: what sizes are measured on. */
export const isSource = (file: SourceFile): boolean =>
  isTypeScript(file.path) &&
  /^(packages\/[^/]+\/(src|dashboard)|scripts)\//.test(file.path) &&
  !isTest(file.path) &&
  !isExempt(file)

/** The folder name of the package a path belongs to. */
export const packageOf = (path: string): string | undefined => /^packages\/([^/]+)\//.exec(path)?.[1]
