/** The two times side by side: days by their place in the span, branches by name. */
import type { Schema } from '../../api'

type Overview = Schema<'Overview'>

/** One day, month or branch in both times; null: it lies outside of one of them. */
export interface Compared {
  part: string
  label: string
  now: number | null
  then: number | null
}

const DAY = 86_400_000

/** All days of a span, or its months where the office tells months. */
function parts(from: string, to: string, months: boolean): string[] {
  const found: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY) {
    const day = new Date(at).toISOString().slice(0, months ? 7 : 10)
    if (found.at(-1) !== day) found.push(day)
  }
  return found
}

/** The course of sales: the n-th day of one time against the n-th of the other; empty when nothing was sold in either. */
export function aligned({ now, then, by_time, then_by_time }: Overview): Compared[] {
  if (!by_time.length && !then_by_time.length) return []
  const months = [...by_time, ...then_by_time].some(({ part }) => part.length === 7)
  const own = parts(now.from_day, now.to_day, months)
  const other = parts(then.from_day, then.to_day, months)
  const sold = (points: Overview['by_time'], part?: string) => (part ? (points.find((point) => point.part === part)?.sales ?? 0) : null)
  return own.map((part, at) => ({ part, label: months ? part : part.slice(5), now: sold(by_time, part), then: sold(then_by_time, other[at]) }))
}

/** Branches in both times, the best first. */
export function byBranch({ by_branch, then_by_branch }: Overview): Compared[] {
  const names = new Map([...then_by_branch, ...by_branch].map(({ part, name }) => [part, name || part]))
  const sold = (points: Overview['by_branch'], part: string) => points.find((point) => point.part === part)?.sales ?? 0
  const all = [...names].map(([part, label]) => ({ part, label, now: sold(by_branch, part), then: sold(then_by_branch, part) }))
  return all.filter(({ now, then }) => now || then).sort((a, b) => b.now - a.now || a.part.localeCompare(b.part))
}
