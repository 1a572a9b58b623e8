/** The member of the basket in hand, with what can be spent; and how members are found and registered. */
import { ref, shallowRef, watch } from 'vue'
import type { Member, MemberFound, RegisterBody } from '../types'
import { t } from '../i18n'
import { approved } from './approval'
import { api, result } from './node'
import * as sale from './sale'
import { tried } from './tell'

export const member = shallowRef<Member | null>(null)
/** The member's photo as an address that an image can show; '' none. */
export const photo = ref('')

/** Read the member anew; a late answer about somebody else is dropped. */
export async function read(id = sale.basket.value?.member ?? null): Promise<void> {
  if (!id) {
    member.value = null
    return
  }
  const found = await api.ask('GET', '/api/v1/members/{member}', { path: { member: id } })
  if (sale.basket.value?.member !== id) return
  member.value = found
  const picture = found.has_photo ? await readPhoto(id) : ''
  if (sale.basket.value?.member === id) photo.value = picture
}

/** The photo of a member as an address that an image can show; '' none. */
export async function readPhoto(id: string): Promise<string> {
  const { photo: jpeg } = await api.ask('GET', '/api/v1/members/{member}/photo', { path: { member: id } })
  return jpeg && `data:image/jpeg;base64,${jpeg}`
}

watch(
  () => sale.basket.value?.member ?? null,
  (id) => {
    if (member.value && member.value.member !== id) {
      member.value = null
      photo.value = ''
    }
    void tried(() => read(id))
  },
)

/** Find members by whatever was typed, or `read` by a scanner or card reader. */
export async function find(q: string, read = false): Promise<MemberFound[]> {
  return (await api.ask('GET', '/api/v1/members', { query: { q, read } })).members
}

/** Let members be typed at this till for a while; a shift lead approves it. Whether it was allowed. */
export async function allowTyping(): Promise<boolean> {
  const done = await tried(() =>
    approved(t('member.typingApprove'), (approval) => api.act('POST', '/api/v1/members/typing', { body: { approval } }).then(result)),
  )
  return !!done
}

/** Register a member; returns the id. */
export async function register(body: RegisterBody): Promise<string> {
  return (await api.act('POST', '/api/v1/members', { body }).then(result)).member
}

/** Stored value usable here now: principal and bonus together (minor units). */
export function spendable(balances: Record<string, number>): number {
  return (balances['principal'] ?? 0) + (balances['bonus'] ?? 0)
}
