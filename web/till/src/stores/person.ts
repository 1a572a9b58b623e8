/** The member whose page is open, with what lies on the page; every act reads it anew. */
import { computed, ref, shallowRef, watch } from 'vue'
import { useNotices, type Problem } from '@stayopen/kit'
import type { Member } from '../types'
import { close } from './dialogs'
import { readPhoto } from './member'
import { api, Refused } from './node'
import { inform } from './notice'
import { closePage, openPage, page, subject } from './pages'
import * as sale from './sale'
import { tell, tried } from './tell'

export const person = shallowRef<Member | null>(null)
/** The member's photo as an address that an image can show; '' none, or not read yet. */
export const photo = ref('')
let photoOf = ''
export const busy = ref(false)
/** The name to call the member by: what other branches alone know is masked. */
export const name = computed(() => person.value?.name || person.value?.masked_name || '')

/** The page to go back to from a page of a member; '' the till. */
const origin = ref('')
watch(page, (now) => {
  if (!now) origin.value = ''
})

/** Open a page about the member, with the way back here. */
export function go(to: string): void {
  origin.value = page.value
  openPage(to, subject.value)
}

/** Back to where this page was opened from; nothing is lost by it. */
export function goBack(): void {
  const to = origin.value
  origin.value = ''
  if (to && to !== page.value) openPage(to, subject.value)
  else closePage()
}

/** Show a member: the one asked for, else the one of the basket in hand; '' nobody, then one is to be found. */
export async function show(id = subject.value || sale.basket.value?.member || ''): Promise<void> {
  subject.value = id
  if (person.value?.member !== id) person.value = null
  if (photoOf !== id) photo.value = ''
  if (id) await tried(read)
}

/** Keep what is shown as the node has it, as long as the page is open: it may be changed at another till. */
export function keepRead(): void {
  const line = useNotices()
  line.on('member', ({ data }) => {
    if (data['member'] === person.value?.member && !busy.value) void tried(read)
  })
  line.on('refresh', () => void tried(read))
}

/** Let go of the member shown: another is to be found. */
export function another(): void {
  subject.value = ''
  person.value = null
}

/** Read the member anew; a late answer about somebody else is dropped, one about a merged member shows whom it became. */
export async function read(): Promise<void> {
  const asked = subject.value
  if (!asked) return
  const found = await api.ask('GET', '/api/v1/members/{member}', { path: { member: asked } })
  if (subject.value !== asked) return
  person.value = found
  const picture = found.has_photo ? await readPhoto(found.member) : ''
  if (subject.value !== asked) return
  photo.value = picture
  photoOf = asked
}

/** The path of the member shown. */
export const at = (): { path: { member: string } } => ({ path: { member: person.value?.member ?? subject.value } })

/** A refusal that belongs at a field of the open dialog. */
export type AtField = (problem: Problem) => boolean

/**
 * Do something to the member; null when it was refused or nobody approved.
 *
 * What was done is said in `word`, the open dialog closes, and the member is read anew. A refusal that `atField` takes is
 * said there, by whoever asked.
 */
export async function did<T>(work: () => Promise<T | null>, word: string, atField?: AtField): Promise<T | null> {
  if (busy.value) return null
  busy.value = true
  try {
    const done = await work()
    if (done === null) return null
    close()
    if (word) inform(word)
    await tried(read)
    return done
  } catch (error) {
    if (!(error instanceof Refused && atField?.(error.problem))) tell(error)
    return null
  } finally {
    busy.value = false
  }
}
