/** Shares of issuer, head office and spender: weights at the office, per cent on the page. */
import type { Schema } from '../../api'
import { t } from '../../i18n'

export type Rule = Schema<'ClearingRule'>
export type Weights = [number, number, number]

/** What a rule would have done in period `n`: the result of a job (hq_server/web/office/clearing_jobs.py). */
export interface Preview {
  n: number
  spends: number
  complete: boolean
  pairs: { debtor: string; creditor: string; present: number; proposed: number }[]
  nets: { entity: string; present: number; proposed: number }[]
}
export const SIDES = ['issuer', 'hq', 'spender'] as const

/** Weights in words and per cent; who has no share is left out. */
export function shares(weights: readonly number[]): string {
  const all = weights.reduce((sum, one) => sum + one, 0)
  const parts = SIDES.flatMap((side, at) => {
    const weight = weights[at] ?? 0
    const per = Math.round((weight / all) * 10_000) / 100
    return weight ? [`${t(`clearing.${side}`)} ${per}%`] : []
  })
  return parts.join(' · ')
}

/** Basis points as per cent. */
export const percent = (points: number): string => `${points / 100}%`

/** Per cent as typed, with at most two decimals, as basis points; null for what is none of 0 … 100. */
export function basisPoints(text: string): number | null {
  const hit = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!hit) return null
  const points = Number(hit[1]) * 100 + Number((hit[2] ?? '').padEnd(2, '0'))
  return points <= 10_000 ? points : null
}
