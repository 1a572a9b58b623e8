import { describe, expect, it } from 'vitest'
import { inShort, inWords, nearWords, share } from '../src/explain'
import { setLanguage } from '../src/i18n'
import type { NearMiss } from '../src/types'
import { line } from './goods'

const two = line(1, { name: '珍珠奶茶', unit: '杯', milli_qty: 2000 })
const step = (code: string, params: Record<string, string | number> = {}, amount = -100) => ({ code, params, amount })
const miss = (more: Partial<NearMiss>): NearMiss => ({ code: 'p1', name: '第二件半价', kind: 'nth_item', lacks: 'pieces', missing: 1, saves: 0, items: [], categories: [], item_names: [], ...more })

describe('a price in words', () => {
  it.each([
    [step('list', { price: 1500 }, 3000), '原价 ¥15.00 × 2 杯'],
    [step('open_price', { price: 3500 }, 7000), '自定价 ¥35.00 × 2 杯'],
    [step('override', { price: 888, approved_by: '2001' }), '改价为 ¥8.88（2001 批准）'],
    [step('level', { level: 'vip', price: 1200 }), '会员价 ¥12.00'],
    [step('tier', { tier: 'gold', per_mille: 120 }), '会员折扣 8.8 折'],
    [step('promotion', { name: '第二件半价', milli_qty: 2000 }), '促销：第二件半价'],
    [step('promotion', { name: '第二件半价', milli_qty: 1000 }), '促销：第二件半价（其中 1 件）'],
    [step('line_discount', { per_mille: 50, approved_by: '1001' }), '单品折扣 9.5 折（1001 批准）'],
    [step('order_discount', { amount: 500, approved_by: '2001' }), '整单折扣 -¥5.00（2001 批准）'],
    [step('plan', { name: '洗车十次卡', uses: 2 }), '洗车十次卡：用 2 次'],
    [step('rounding', { rule: 'jiao_down' }, -3), '抹零'],
    [step('of_a_later_version', {}), '优惠'],
  ])('says %o', (one, words) => {
    expect(inWords(one, two)).toBe(words)
  })
  it('says that a label was read', () => {
    expect(inWords(step('list', { price: 1500 }), line(1, { label_amount: 1965 }))).toBe('标签上的价格')
  })
  it('names a promotion in the basket itself', () => {
    expect([inShort(step('promotion', { name: '满 40 减 5' })), inShort(step('tier')), inShort(step('newer'))]).toEqual(['满 40 减 5', '会员折扣', '优惠'])
  })
  it('tells a share as the language does', () => {
    const chinese = share(120)
    setLanguage('en')
    expect([chinese, share(120)]).toEqual(['8.8 折', '12% off'])
    setLanguage('zh-CN')
  })
})

describe('a promotion nearly reached', () => {
  it.each([
    [miss({ item_names: ['拿铁'], saves: 1100 }), '再买 1 件拿铁，可省 ¥11.00（第二件半价）'],
    [miss({ categories: ['饮品'] }), '再买 1 件饮品，享受“第二件半价”'],
    [miss({ item_names: ['拿铁', '可乐', '红茶'] }), '再买 1 件拿铁或可乐等，享受“第二件半价”'],
    [miss({ lacks: 'amount', missing: 1250, name: '满 40 减 5', saves: 500 }), '再买 ¥12.50，可省 ¥5.00（满 40 减 5）'],
    [miss({ lacks: 'gift', missing: 1, name: '买赠', item_names: ['可乐'] }), '还可拿 1 件可乐，享受“买赠”'],
  ])('is a hint for the customer: %o', (one, words) => {
    expect(nearWords(one)).toBe(words)
  })
})
