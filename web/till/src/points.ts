/** What points are worth, by the chain's rule, as the node reckons it: for showing and suggesting; the node decides. */
import type { SetUp } from './types'

export type PointsRule = NonNullable<SetUp['points_redeem']>

const floor = (above: bigint, below: bigint): number => Number(above / below)

/** What points are worth in minor units. */
export function valueOf(points: number, { num, den }: PointsRule): number {
  return floor(BigInt(points) * BigInt(num), BigInt(den))
}

/** The fewest points worth at least an amount. */
export function pointsFor(amount: number, { num, den }: PointsRule): number {
  return floor(BigInt(amount) * BigInt(den) + BigInt(num - 1), BigInt(num))
}

/** The most that may be paid of a total with so many points; nothing when that is below the least. */
export function mostOf(total: number, available: number, rule: PointsRule): { points: number; worth: number } {
  const most = floor(BigInt(total) * BigInt(rule.most_per_mille), 1000n)
  const enough = floor((BigInt(most) + 1n) * BigInt(rule.den) - 1n, BigInt(rule.num))
  const worth = valueOf(Math.min(available, enough), rule)
  const points = pointsFor(worth, rule)
  return worth > 0 && points >= rule.least ? { points, worth } : { points: 0, worth: 0 }
}
