/** The figures of discrepancies: what they count decides how they are written. */
import { formatMoney } from '@stayopen/kit'
import type { Schema } from '../../api'
import { t } from '../../i18n'
import { formatTime } from '../../times'

export type Line = Schema<'DiscrepancyLine'>
export type Detail = Schema<'DiscrepancyDetail'>

const MONEY: ReadonlySet<string> = new Set(['money', 'bonus'])
const MINUTE = 60_000

/** Whether a unit is written as money: minor units of the chain's currency. */
export const isMoney = (unit = ''): boolean => MONEY.has(unit)

const grouped = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',')

/** A value in its unit. */
export function figure(unit: string | undefined, value: number): string {
  if (isMoney(unit)) return formatMoney(value)
  return unit === 'time' ? formatTime(value) || '–' : grouped(value)
}

/** A difference in its unit, with its sign; of times in minutes. */
export function difference(unit: string | undefined, delta: number): string {
  const sign = delta > 0 ? '+' : ''
  if (unit === 'time') return sign + t('discrepancies.minutes', { n: Math.round(delta / MINUTE) })
  return sign + figure(unit, delta)
}

/** What somebody typed as a share of the office's 200 characters for a fact's text. */
export const REASON_MAX = 188
