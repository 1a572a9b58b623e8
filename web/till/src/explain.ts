/** Why a line costs what it costs, and what is nearly reached: the node's steps, said in words. Nothing is worked out here. */
import { formatMoney, formatQuantity } from '@stayopen/kit'
import { has, t } from './i18n'
import type { Line, NearMiss, PriceStep } from './types'

/** A share taken off (thousandths) in the trade's words: 120 is 12% off, or what is left of ten parts. */
export function share(perMille: number): string {
  return t('discount.fold', { fold: String((1000 - perMille) / 100), off: String(perMille / 10) })
}

const money = (value: unknown): string => `¥${formatMoney(Number(value))}`

/** What a discount by hand was asked to be: a share or an amount. */
const byHand = ({ params }: PriceStep): string => (params['per_mille'] ? share(Number(params['per_mille'])) : `-${money(params['amount'])}`)

/** A person's number behind what was done by hand. */
const by = ({ params }: PriceStep): string => (params['approved_by'] ? t('explain.by', { staff: params['approved_by'] }) : '')

/** One step of a line's price in words, without its amount. */
export function inWords(step: PriceStep, line: Line): string {
  const { code, params } = step
  const quantity = `${formatQuantity(line.milli_qty)} ${line.unit}`.trim()
  switch (code) {
    case 'list':
      return line.label_amount === null ? t('explain.list', { price: money(params['price']), quantity }) : t('explain.label')
    case 'open_price':
      return t('explain.open_price', { price: money(params['price']), quantity })
    case 'override':
      return t('explain.override', { price: money(params['price']) }) + by(step)
    case 'level':
      return t('explain.level', { price: money(params['price']) })
    case 'tier':
      return t('explain.tier', { off: share(Number(params['per_mille'])) })
    case 'promotion':
      return Number(params['milli_qty']) < line.milli_qty
        ? t('explain.promotionPart', { name: params['name'], quantity: formatQuantity(Number(params['milli_qty'])) })
        : t('explain.promotion', { name: params['name'] })
    case 'line_discount':
    case 'order_discount':
      return t(`explain.${code}`, { off: byHand(step) }) + by(step)
    case 'plan':
      return t('explain.plan', { name: params['name'], n: Number(params['uses'] ?? 0) })
    default:
      return has(`steps.${code}`) ? t(`steps.${code}`) : t('steps.other')
  }
}

/** A step in one short word, for the basket's own lines: a promotion by its name. */
export function inShort(step: PriceStep): string {
  if (step.code === 'promotion' || step.code === 'plan') return String(step.params['name'] ?? t('steps.other'))
  return has(`steps.${step.code}`) ? t(`steps.${step.code}`) : t('steps.other')
}

/** What would be bought for a promotion nearly reached: goods by name, else categories, else anything. */
function goods(miss: NearMiss): string {
  const named = [...miss.item_names, ...miss.categories]
  const shown = named.slice(0, 2).join(t('near.or'))
  return named.length > 2 ? t('near.amongOthers', { goods: shown }) : shown
}

/** A promotion nearly reached, as a hint for the customer. */
export function nearWords(miss: NearMiss): string {
  const of = goods(miss)
  const what =
    miss.lacks === 'amount'
      ? t(of ? 'near.amountOf' : 'near.amount', { amount: money(miss.missing), goods: of })
      : t(`near.${miss.lacks}${of ? 'Of' : ''}`, { n: miss.missing, goods: of })
  const why = miss.saves ? t('near.saves', { name: miss.name, amount: money(miss.saves) }) : t('near.for', { name: miss.name })
  return what + why
}
