/** The member of the basket in hand, with what can be spent; and how members are found and registered. */
import { shallowRef, watch } from 'vue'
import type { Member, MemberFound, RegisterBody } from '../types'
import { api, result } from './node'
import * as sale from './sale'
import { tried } from './tell'

/** Version of the privacy terms that the till shows at registration; it is recorded with the consent. */
export const PRIVACY_TERMS = '1'

export const member = shallowRef<Member | null>(null)

/** Read the member anew; a late answer about somebody else is dropped. */
export async function read(id = sale.basket.value?.member ?? null): Promise<void> {
  if (!id) {
    member.value = null
    return
  }
  const found = await api.ask('GET', '/api/v1/members/{member}', { path: { member: id } })
  if (sale.basket.value?.member === id) member.value = found
}

watch(
  () => sale.basket.value?.member ?? null,
  (id) => {
    if (member.value && member.value.member !== id) member.value = null
    void tried(() => read(id))
  },
)

/** Find members by whatever was typed or swiped. */
export async function find(q: string): Promise<MemberFound[]> {
  return (await api.ask('GET', '/api/v1/members', { query: { q } })).members
}

/** Register a member; returns the id. */
export async function register(body: RegisterBody): Promise<string> {
  return (await api.act('POST', '/api/v1/members', { body }).then(result)).member
}

/** Stored value usable here now: principal and bonus together (minor units). */
export function spendable(balances: Record<string, number>): number {
  return (balances['principal'] ?? 0) + (balances['bonus'] ?? 0)
}

/** Whether today is the member's birthday (profile field `birthday`, YYYY-MM-DD or MM-DD). */
export function isBirthday(birthday: string | undefined, today: string): boolean {
  return birthday !== undefined && /\d{2}-\d{2}$/.test(birthday) && birthday.slice(-5) === today.slice(-5)
}
