/** The clearing matrix as a table of cells, with sums, and how dark each cell is. */
import type { Schema } from '../../api'

export type Cell = Schema<'Cell'>

/** At most so many sides are drawn: a square of more is nobody's reading. */
export const SIDES = 40
/** Steps of the colour scale. */
export const STEPS = 5

export interface Grid {
  sides: string[]
  /** `debtor>creditor` → amount. */
  amounts: Map<string, number>
  /** What each side owes, and is owed, in all: also to sides that are not drawn. */
  owes: Map<string, number>
  owed: Map<string, number>
  total: number
  most: number
  /** How many sides take part; more than `sides` when some are not drawn. */
  all: number
}

export const place = (debtor: string, creditor: string) => `${debtor}>${creditor}`

/** Add up the cells of one column ("" all); head office first, then sides by name, the largest only when there are many. */
export function gridOf(cells: Cell[], column: string): Grid {
  const amounts = new Map<string, number>()
  const [owes, owed, gross] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
  const add = (sums: Map<string, number>, key: string, amount: number) => sums.set(key, (sums.get(key) ?? 0) + amount)
  for (const cell of cells) {
    if (column && cell.column !== column) continue
    add(amounts, place(cell.debtor, cell.creditor), cell.amount)
    add(owes, cell.debtor, cell.amount)
    add(owed, cell.creditor, cell.amount)
    add(gross, cell.debtor, Math.abs(cell.amount))
    add(gross, cell.creditor, Math.abs(cell.amount))
  }
  const largest = [...gross].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([side]) => side)
  const sides = largest.slice(0, SIDES).sort((a, b) => Number(b === 'HQ') - Number(a === 'HQ') || a.localeCompare(b))
  const total = [...amounts.values()].reduce((sum, amount) => sum + amount, 0)
  const most = Math.max(0, ...[...amounts.values()].map(Math.abs))
  return { sides, amounts, owes, owed, total, most, all: largest.length }
}

/** How dark a cell is: 0 for nothing, else 1 … STEPS by its share of the largest. */
export function step(amount: number, most: number): number {
  return amount === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((Math.abs(amount) / most) * STEPS))
}
