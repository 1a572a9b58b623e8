/** The basket in hand. It lives in the node; here is only how it was last told. */
import { computed, ref, shallowRef } from 'vue'
import { t } from '../i18n'
import { play } from '../sounds'
import type { Approval, Basket, BasketRow, Change, DiscountBody, Line, MemberFound, Product } from '../types'
import { approved } from './approval'
import { api, Refused, result } from './node'
import { dismiss, inform, refuse } from './notice'
import { tell } from './tell'

export const basket = shallowRef<Basket | null>(null)
export const selected = ref(0)
/** Products that share the code just scanned. */
export const choices = shallowRef<Product[]>([])
export const lines = computed<Line[]>(() => basket.value?.lines ?? [])
/** Who serves the lines to come: staff numbers joined by commas. */
export const served = ref('')
export const line = computed<Line | undefined>(() => lines.value.find((row) => row.line === selected.value))

let tail: Promise<unknown> = Promise.resolve()

/** Do one thing after another, as they were asked for: three quick scans make three lines in their order. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = tail.then(work, work)
  tail = next.catch(() => undefined)
  return next
}

export const LIST = '/api/v1/baskets'
export const ONE = '/api/v1/baskets/{basket}'
const MEMBER = '/api/v1/baskets/{basket}/member'
const LINES = '/api/v1/baskets/{basket}/lines'
const LINE = '/api/v1/baskets/{basket}/lines/{line}'

/** Path parameters of a basket, and of a line of it. */
export const at = (basket: string): { path: { basket: string } } => ({ path: { basket } })
export const row = (basket: string, no: number): { path: { basket: string; line: string } } => ({
  path: { basket, line: String(no) },
})

/** Take an answer over; the line that was added or changed is the selected one. */
function take(next: Basket): void {
  const before = new Map(lines.value.map((row) => [row.line, row.milli_qty]))
  const touched = next.lines.filter((row) => before.get(row.line) !== row.milli_qty).at(-1)
  basket.value = next
  choices.value = next.choices ?? []
  if (touched) selected.value = touched.line
  else if (!next.lines.some((row) => row.line === selected.value)) selected.value = next.lines.at(-1)?.line ?? 0
}

function forget(): void {
  basket.value = null
  selected.value = 0
  choices.value = []
  served.value = ''
}

/** Take a basket over that another moment left: who served its last line serves the next. */
function takeUp(next: Basket): void {
  forget()
  take(next)
  served.value = next.lines.at(-1)?.attendant ?? ''
}

async function opened(): Promise<string> {
  const known: Basket = basket.value ?? (await api.act('POST', LIST, { body: {} }).then(result))
  basket.value = known
  return known.basket
}

/** Change the basket in hand in turn, opening one if there is none; failures are told. A basket that is gone is let go, so that the next act begins anew. */
export async function change(work: (id: string) => Promise<Basket | null>): Promise<boolean> {
  return inTurn(async () => {
    try {
      const next = await work(await opened())
      if (!next) return false
      take(next)
      dismiss()
      return true
    } catch (error) {
      if (error instanceof Refused && ['unknown_basket', 'basket_elsewhere'].includes(error.problem.code)) forget()
      tell(error)
      return false
    }
  })
}

/** Show the basket that this till had open, after a reload or a new sign-in. */
export async function resume(): Promise<void> {
  forget()
  const { open } = await api.ask('GET', LIST)
  const newest = [...open].sort((a, b) => b.changed_at - a.changed_at)[0]
  if (newest) takeUp(await api.ask('GET', ONE, at(newest.basket)))
}

/** Read the basket in hand anew. */
export async function refresh(): Promise<void> {
  if (basket.value) take(await api.ask('GET', ONE, at(basket.value.basket)))
}

/** Let go of a basket that was paid. */
export const done = forget

/** Add goods by their number; `milliQty` in thousandths. */
export function add(item: string, milliQty = 1000): Promise<boolean> {
  return change(async (id) => api.act('POST', LINES, { ...at(id), body: { item, milli_qty: milliQty, attendant: served.value } }).then(result))
}

/** Add what was scanned: goods, or the member whose card it is. */
export async function scan(code: string): Promise<void> {
  await change(async (id) => {
    try {
      const next = await api.act('POST', LINES, { ...at(id), body: { scan: code, attendant: served.value } }).then(result)
      play('scan')
      return next
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== 'unknown_item') throw error
      return memberByCard(id, code)
    }
  })
}

async function memberByCard(id: string, card: string): Promise<Basket | null> {
  const found = await api.ask('GET', '/api/v1/members', { query: { card, read: true } }).catch((error: unknown) => {
    if (error instanceof Refused) return { members: [] as MemberFound[] }
    throw error
  })
  const one = found.members[0]
  if (!one) {
    refuse(t('notice.unknownCode', { code: card }), '', t('notice.unknownCodeNext'))
    play('unknown')
    return null
  }
  play('scan')
  return api.act('PUT', MEMBER, { ...at(id), body: { member: one.member } }).then(result)
}

/** Say who buys; null makes it a walk-in. */
export function setMember(member: string | null): Promise<boolean> {
  if (member === null && !basket.value?.member) return Promise.resolve(true)
  return change(async (id) => api.act('PUT', MEMBER, { ...at(id), body: { member } }).then(result))
}

/** Set a line's quantity in thousandths. */
export function setQuantity(no: number, milliQty: number): Promise<boolean> {
  return change(async (id) => api.act('PATCH', LINE, { ...row(id, no), body: { milli_qty: milliQty } }).then(result))
}

/** Take a line out. */
export function remove(no: number): Promise<boolean> {
  return change(async (id) => api.act('DELETE', LINE, row(id, no)).then(result))
}

/** Change price, words or attendants of a line; `what` names it for a shift lead, if the node wants one. False when nobody approved. */
export function amend(no: number, body: Change, what = ''): Promise<boolean> {
  return change((id) =>
    approved(what, (approval: Approval | null) => api.act('PATCH', LINE, { ...row(id, no), body: { ...body, approval } }).then(result)),
  )
}

/** Give or clear (null) a discount on a line, or on the whole order (`no` null); false when nobody approved. */
export function setDiscount(no: number | null, discount: DiscountBody | null, what: string): Promise<boolean> {
  if (no !== null) return amend(no, { discount }, what)
  return change((id) =>
    approved(what, (approval: Approval | null) =>
      api.act('PUT', '/api/v1/baskets/{basket}/discount', { ...at(id), body: { approval, discount } }).then(result),
    ),
  )
}

/** Say who serves: these lines, and all to come. */
export async function serveBy(numbers: string, of: readonly Line[]): Promise<boolean> {
  served.value = numbers
  for (const { line: no, attendant } of of) if (attendant !== numbers && !(await amend(no, { attendant: numbers }))) return false
  return true
}

/** Put the basket aside under a word. */
export function hold(note: string): Promise<boolean> {
  return leave(async (id) => {
    await api.act('POST', '/api/v1/baskets/{basket}/hold', { ...at(id), body: { note } }).then(result)
    inform(t('hold.done'))
  })
}

/** Throw the basket away. */
export function clear(): Promise<boolean> {
  return leave((id) => api.act('DELETE', ONE, at(id)).then(result))
}

async function leave(work: (id: string) => Promise<unknown>): Promise<boolean> {
  return inTurn(async () => {
    if (!basket.value) return false
    try {
      await work(basket.value.basket)
      forget()
      return true
    } catch (error) {
      tell(error)
      return false
    }
  })
}

/** The held baskets of all tills, the newest first, and those open at other tills. */
export async function elsewhere(): Promise<{ held: BasketRow[]; others: BasketRow[] }> {
  const newest = (rows: BasketRow[]): BasketRow[] => [...rows].sort((a, b) => b.changed_at - a.changed_at)
  const found = await api.ask('GET', LIST)
  return { held: newest(found.held), others: newest(found.others) }
}

/** Whether the basket in hand is worth keeping: it holds goods, or is a ticket with a name. */
export const worthKeeping = (): boolean => lines.value.length > 0 || !!basket.value?.note

/** Put what is in hand aside under its own word, so that another may be taken; what is empty is thrown away. */
export async function putAside(): Promise<boolean> {
  if (!basket.value) return true
  return worthKeeping() ? hold(basket.value.note) : clear()
}

/** Take a held basket to this till; what is in hand is held first. */
export function recall(id: string): Promise<boolean> {
  return swap((_approval) => api.act('POST', '/api/v1/baskets/{basket}/recall', at(id)).then(result))
}

/** Take over a basket that is open at another till, which may have broken down; `what` names it for whoever approves. */
export function takeOver(id: string, what: string): Promise<boolean> {
  return swap((approval) => api.act('POST', '/api/v1/baskets/{basket}/take', { ...at(id), body: { approval } }).then(result), what)
}

async function swap(fetch: (approval: Approval | null) => Promise<Basket>, what = ''): Promise<boolean> {
  const swapped = worthKeeping()
  if (!(await putAside())) return false
  return inTurn(async () => {
    try {
      const next = await approved(what, fetch)
      if (!next) return false
      takeUp(next)
      inform(swapped ? t('recall.swapped') : t('notice.taken'))
      return true
    } catch (error) {
      tell(error)
      return false
    }
  })
}

/** Select the line above (-1) or below (1). */
export function step(by: 1 | -1): void {
  const all = lines.value
  const now = all.findIndex((row) => row.line === selected.value)
  const next = all[Math.min(all.length - 1, Math.max(0, now + by))]
  if (next) selected.value = next.line
}
