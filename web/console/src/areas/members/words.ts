/** How members' values, tiers and fields are said. */
import { shallowRef } from 'vue'
import { formatMoney } from '@stayopen/kit'
import { api, type Schema } from '../../api'
import { branchName } from '../../branches'
import { has, t } from '../../i18n'
import { tried } from '../../tell'

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

/** How a batch is paid at head office. */
export const TENDERS = ['bank_transfer', 'company', 'cash', 'adjustment'] as const

/** Filters of the list of members that name who gets something. */
export type Chosen = Partial<Record<'q' | 'tier' | 'tag' | 'branch' | 'from_day' | 'to_day', string>> & { state?: '' | 'active' | 'frozen' }

/** Filters in words, one each. */
export function filterParts(filters: Readonly<Record<string, string | undefined>>): string[] {
  const value = (name: string, text: string) =>
    name === 'tier' ? tierName(text) : name === 'branch' ? branchName(text) : name === 'state' ? t(`members.state.${text}`) : text
  return Object.entries(filters).flatMap(([name, text]) => (text ? [t(`members.filter.${name}`, { value: value(name, text) })] : []))
}

/** Where a batch's rows come from: a file, or the filters by which members were chosen. */
export function sourceText(source: string): string {
  if (!source.startsWith('members:')) return source
  const parts = source.slice('members:'.length).split('&').filter(Boolean)
  const named = parts.map((part) => {
    const at = part.indexOf('=')
    return at < 0 ? t('members.filter.typed') : (filterParts({ [part.slice(0, at)]: part.slice(at + 1) })[0] ?? part)
  })
  return `${t('members.filter.of')}${t('app.colon')}${named.join(t('members.and')) || t('members.gift.all')}`
}

/** The chain's top-up rules. */
export async function readRules(): Promise<Named[]> {
  return (await api.ask('GET', '/office/v1/top-up-rules', { query: { limit: 200 } })).rows.map(({ code, name }) => ({ code, name }))
}

/** Head office's tags. */
export async function readTags(): Promise<string[]> {
  return (await api.ask('GET', '/office/v1/member-tags')).tags.map(({ tag }) => tag)
}

/** Coupons that some promotion takes now, by template. */
export async function readTemplates(): Promise<Named[]> {
  const found = await tried(() => api.ask('GET', '/office/v1/promotions', { query: { kind: 'coupon', limit: 200 } }))
  const taking = (found?.rows ?? []).flatMap(({ active, coupon, name }) => (active && coupon ? [{ code: coupon, name: `${name} (${coupon})` }] : []))
  return [...new Map(taking.map((one) => [one.code, one])).values()]
}
