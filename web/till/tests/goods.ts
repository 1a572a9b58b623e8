/** Things that tests talk about: a basket and its lines as the node tells them, and how this till works. */
import type { Basket, Line, Member, SetUp } from '../src/types'

export const line = (no: number, more: Partial<Line> = {}): Line => ({
  line: no, item: `${1000 + no}`, name: '可口可乐', unit: '听', weighed: false, picture: '', milli_qty: 1000, unit_price: 350, list_amount: 350, charged: 350,
  rounding: 0, steps: [], override: null, discount: null, note: '', attendant: '', label_amount: null, cover: '', covers: [], ...more,
})

export const basket = (lines: Line[] = [], more: Partial<Basket> = {}): Basket => ({
  basket: 'ab', till: 'till-1', state: 'open', staff: '1001', note: '', changed_at: 0, member: null, member_name: '', tier: '', lines, discount: null,
  subtotal: 0, saved: 0, rounding: 0, total: 0, problem: '', choices: [], promotions: [], near: [], covered: 0, due: more.total ?? 0, coupons: [], refused_coupons: [], ...more,
})

export const member = (more: Partial<Member> = {}): Member => ({
  member: 'cd', name: '王小明', masked_name: '王*明', tier: '', tier_name: '', frozen: false, profile: {}, cards: [], here: {}, chain: null, warnings: [], ...more,
}) as Member

export const setUp = (more: Partial<SetUp> = {}): SetUp => ({
  till: 'till-1', branch: 'b001', branch_name: '南京路店', chain_name: '不打烊', standalone: false, version: '', order_mode: false,
  tenders: [{ code: 'wechat', name: '', provider: '', reference: 0 }, { code: 'card', name: '', provider: '', reference: 0 }], points_redeem: null, change_to_balance: false,
  privacy_version: '', privacy_text: '', custom_fields: [], shortcuts: {}, attendant_required: false, fixed_amounts: [], walk_in_allowed: true, speech: false,
  idle_pictures: [], training: false, card_ranges: false, walk_in_default: true, member_input: 'any', member_input_override: true,
  print_sale: 'always', print_top_up: 'always', print_refund: 'always', ...more,
})
