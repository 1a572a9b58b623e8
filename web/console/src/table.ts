/** What a table of the console is made of. */

/** How a value is shown: money in minor units, quantities and per_mille in thousandths, times in ms, days as ISO text. */
export type Kind = 'text' | 'money' | 'points' | 'count' | 'quantity' | 'per_mille' | 'day' | 'time' | 'id' | 'code' | 'flag'

export interface Column {
  /** The field of a row; the same as the column's name in the office's listing. */
  name: string
  /** A key of the messages. */
  title: string
  /** `text` unless said. */
  kind?: Kind
  /** Whether the office can sort by it. */
  sort?: boolean
  /** For `code`: the part of the messages that holds the codes' words (`audit.kind`). */
  words?: string
  /** Shown only when chosen. */
  hidden?: boolean
}

/** One line of a table, as the office sent it. */
export type Row = Record<string, unknown>

/** A page of a listing, as the office answers; `next`: what to ask for after, "" at the end. */
export interface Page {
  rows: Row[]
  next: string
  sums?: Row
}

const NUMBERS: ReadonlySet<Kind> = new Set(['money', 'points', 'count', 'quantity', 'per_mille'])

/** Whether a column's figures stand at the right. */
export const isNumber = (column: Column): boolean => NUMBERS.has(column.kind ?? 'text')
