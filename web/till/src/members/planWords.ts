/** What a plan gives and what a held one is worth, in words. Figures are the node's; none is worked out here. */
import { formatMoney } from '@stayopen/kit'
import { has, t } from '../i18n'
import type { HeldPlan, Plan } from '../types'

const money = (minor: number): string => `¥${formatMoney(minor)}`

/** A kind by the words of the trade. */
export function kindName(kind: string): string {
  return has(`plan.kind_${kind}`) ? t(`plan.kind_${kind}`) : t('plan.kind_other')
}

/** What a plan gives, a sentence each. */
export function planGives(plan: Plan): string[] {
  const said: string[] = []
  if (plan.kind === 'count') said.push(t('plan.uses', { n: plan.uses }))
  if (plan.kind === 'timed') said.push(t('plan.minutes', { n: plan.uses }))
  if (plan.kind === 'points') said.push(t('plan.points', { n: plan.points }))
  if (plan.kind === 'stored_value') said.push(t('plan.value', { amount: money(plan.price) }))
  if (plan.bonus) said.push(t('topUp.bonus', { amount: money(plan.bonus) }))
  if (plan.kind === 'discount') said.push(t('plan.tier', { tier: plan.tier }))
  said.push(plan.days ? t('plan.days', { n: plan.days }) : t('plan.forEver'))
  const covers = covered(plan)
  return covers ? [...said, covers] : said
}

/** What a plan can be used for; '' where that is no question. */
function covered(plan: Plan): string {
  if (!['count', 'period', 'timed'].includes(plan.kind)) return ''
  const named = [...plan.categories, ...(plan.items.length ? [t('plan.items', { n: plan.items.length })] : [])]
  return named.length ? t('plan.for', { what: named.join(t('plan.and')) }) : t('plan.forAll')
}

/** What is left of a held plan, and until when, a sentence each. */
export function planLeft(card: HeldPlan): string[] {
  const said: string[] = []
  if (card.kind === 'count' || card.kind === 'timed') {
    const key = card.kind === 'count' ? 'plan.usesHere' : 'plan.minutesHere'
    said.push(t(key, { n: card.uses_here }))
    if (card.uses_chain !== null && card.uses_chain !== card.uses_here) said.push(t('plan.usesChain', { n: card.uses_chain }))
  } else if (card.uses_here) said.push(t('plan.leftToday', { n: card.uses_here }))
  said.push(card.last_day ? t('plan.until', { day: card.last_day }) : t('plan.forEver'))
  return said
}

/** Why a held plan cannot be used now; '' it can. */
export function planBar(card: HeldPlan): string {
  if (card.usable) return ''
  return has(`plan.why_${card.why}`) ? t(`plan.why_${card.why}`) : t('plan.why_other')
}
