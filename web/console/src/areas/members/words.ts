/** How members' values, tiers and fields are said. */
import { shallowRef } from 'vue'
import { formatMoney } from '@stayopen/kit'
import { api, type Schema } from '../../api'
import { has, t } from '../../i18n'

export type Member = Schema<'MemberDetail'>
export type Field = Schema<'MemberField'>

const MONEY = new Set(['principal', 'bonus', 'gift_card', 'credit'])

/** What is counted: a word, and for counts and coupons which one. */
export function assetName(asset: string): string {
  const [kind = '', code = ''] = asset.split(':')
  return code ? t(`members.asset.${kind === 'uses' ? 'uses' : 'coupon'}`, { code }) : t(`members.asset.${asset}`)
}

/** So much of an asset: money with cents, all else as a number. */
export function assetAmount(asset: string, amount: number): string {
  return MONEY.has(asset) ? formatMoney(amount) : String(amount).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** What is not zero of some balances: stored value first, then points, then all else by name. */
export function inOrder(balances: Record<string, number>): [string, number][] {
  const first = ['principal', 'bonus', 'gift_card', 'points']
  const place = (asset: string) => (first.indexOf(asset) + 1 || first.length + 1)
  return Object.entries(balances)
    .filter(([, amount]) => amount !== 0)
    .sort(([one], [other]) => place(one) - place(other) || (one < other ? -1 : 1))
}

/** Several balances in one line. */
export function balancesText(balances: Record<string, number>): string {
  return inOrder(balances)
    .map(([asset, amount]) => `${assetName(asset)} ${assetAmount(asset, amount)}`)
    .join(t('members.and'))
}

/** Fields that every profile has, in the order in which they are shown. */
export const BUILT_IN = ['name', 'phone', 'gender', 'birthday', 'email', 'address', 'tags', 'note'] as const

/** A profile field's name: a built-in one, the chain's own, or a card's number. */
export function fieldName(name: string, own: readonly Field[]): string {
  const found = own.find((field) => `x_${field.name}` === name)
  if (found) return found.label
  if (name.startsWith('card:')) return t('members.field.card', { place: name.slice(5) })
  return has(`members.field.${name}`) ? t(`members.field.${name}`) : name
}

/** The chain's own fields; empty until they were read. */
export const ownFields = shallowRef<Field[]>([])

export async function readFields(): Promise<void> {
  ownFields.value = (await api.ask('GET', '/office/v1/member-fields')).fields
}

export interface Named {
  code: string
  name: string
}

/** The chain's tiers, lowest first. */
export const tiers = shallowRef<Named[]>([])

export async function readTiers(): Promise<void> {
  const found = await api.ask('GET', '/office/v1/tiers', { query: { limit: 200 } })
  tiers.value = found.rows.map(({ code, name }) => ({ code, name }))
}

/** A tier's name, else its code. */
export const tierName = (code: string): string => tiers.value.find((tier) => tier.code === code)?.name ?? code
