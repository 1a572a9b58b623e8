/** Weights as quantities: a scale tells grams, goods are sold by their unit. */

/** Grams of one unit, by the names that shops use. */
const GRAMS: Record<string, number> = { kg: 1000, 公斤: 1000, 千克: 1000, 斤: 500, 市斤: 500, 台斤: 600, 两: 50, 兩: 50, g: 1, 克: 1 }

/** Grams of a unit; null for one that no scale weighs. */
export function gramsOf(unit: string): number | null {
  return GRAMS[unit.trim().toLowerCase()] ?? null
}

/** A weight as a quantity of a unit, in thousandths, as near as they come; null for a unit that no scale weighs. */
export function quantityOf(grams: number, unit: string): number | null {
  const one = gramsOf(unit)
  return one === null ? null : Math.round((grams * 1000) / one)
}
