/** The clearing matrix as a table: which cell lies where, what is left out, and how dark each cell is. */
import type { Schema } from '../../api'

export type Grid = Schema<'MatrixGrid'>

/** Steps of the colour scale. */
export const STEPS = 5
/** Rows and columns of one part. */
export const PART = 40

export const place = (debtor: string, creditor: string) => `${debtor}>${creditor}`

/** Where each amount lies: `debtor>creditor`. */
export const amounts = (grid: Grid): Map<string, number> => new Map(grid.cells.map(({ debtor, creditor, amount }) => [place(debtor, creditor), amount]))

/** What lies outside the part: how many rows and columns, and what they come to. All sums add up with them. */
export function others({ debtors, creditors, sides, total }: Grid) {
  const owes = debtors.reduce((sum, side) => sum + side.owes, 0)
  const owed = creditors.reduce((sum, side) => sum + side.owed, 0)
  const net = creditors.reduce((sum, side) => sum + side.owed - side.owes, 0)
  return { rows: sides - debtors.length, columns: sides - creditors.length, owes: total - owes, owed: total - owed, net: -net }
}

/** How dark a cell is: 0 for nothing, else 1 … STEPS by its share of the largest. */
export function step(amount: number, most: number): number {
  return amount === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((Math.abs(amount) / most) * STEPS))
}
