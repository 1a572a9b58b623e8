/** What a top-up or a plan gives, and what to mind about a member, in words. Figures are the node's; none is worked out here. */
import { formatMoney } from '@stayopen/kit'
import { t } from '../i18n'
import type { Member, TopUpRule } from '../types'

/** The most that the API takes: a rule without an end of its own. */
const MONEY_MAX = 10_000_000_000

const money = (minor: number): string => `¥${formatMoney(minor)}`

/** A share in thousandths as per cent: 125 is `12.5`. */
const percent = (perMille: number): string => String(perMille / 10)

/** What a rule gives, a sentence each. */
export function gains(rule: TopUpRule): string[] {
  const said: string[] = []
  const lasts = rule.bonus_days ? t('topUp.lasts', { n: rule.bonus_days }) : ''
  if (rule.bonus) said.push(t('topUp.bonus', { amount: money(rule.bonus) }) + lasts)
  if (rule.bonus_per_mille) said.push(t('topUp.bonusShare', { percent: percent(rule.bonus_per_mille) }) + lasts)
  if (rule.points) said.push(t('topUp.points', { n: rule.points }))
  for (const [days, amount] of rule.staged) said.push(t('topUp.staged', { n: days, amount: money(amount) }))
  return said
}

/** Of which amounts a rule is. */
export function range(rule: TopUpRule): string {
  if (rule.max_amount >= MONEY_MAX) return t('topUp.from', { amount: money(rule.min_amount) })
  return rule.min_amount === rule.max_amount ? money(rule.min_amount) : t('topUp.between', { from: money(rule.min_amount), to: money(rule.max_amount) })
}

/** What to mind about a member, a sentence each. */
export function warningsOf(member: Member): string[] {
  const said = member.warnings.map((code) => t(`member.${code}`))
  if (member.birthday_today) said.push(t('member.birthday'))
  if (member.expiring) {
    const { amount, asset, day } = member.expiring
    if (asset === 'principal' || asset === 'bonus') said.push(t('member.expiringMoney', { amount: money(amount), day }))
    else if (asset === 'points') said.push(t('member.expiringPoints', { n: amount, day }))
    else said.push(t('member.expiringOther', { n: amount, day }))
  }
  return said
}
