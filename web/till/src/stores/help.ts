/** Help for the present screen (F1), and the tour that somebody new is offered once. */
import { computed, ref, shallowRef } from 'vue'
import { browserStore, type Language } from '@stayopen/kit'
import { question } from './approval'
import { page } from './pages'
import { isOpen as paying } from './payment'
import { me, screen } from './session'

export type Texts = typeof import('../messages/zh-CN/helpTexts').default
export type Topic = keyof Texts

/** What a page is explained by, where it has no topic of its own name. */
const PAGES: Record<string, Topic> = { topUp: 'members', member: 'members', register: 'members' }
const OWN = new Set<string>(['plan', 'giftCard', 'timed', 'sales', 'claims', 'papers', 'drawer', 'shift', 'sync'])

const LOADERS: Record<Language, () => Promise<{ default: Texts }>> = {
  'zh-CN': () => import('../messages/zh-CN/helpTexts'),
  'zh-TW': () => import('../messages/zh-TW/helpTexts'),
  en: () => import('../messages/en/helpTexts'),
}

/** The topic that is open; null none. */
export const topic = ref<Topic | null>(null)
export const texts = shallowRef<Texts | null>(null)

/** What the present screen is explained by. */
export function present(): Topic {
  if (screen.value === 'open-shift') return 'open-shift'
  if (screen.value === 'counted') return 'shift'
  if (screen.value !== 'selling') return 'sign-in'
  if (page.value) return OWN.has(page.value) ? (page.value as Topic) : (PAGES[page.value] ?? 'members')
  return paying.value ? 'payment' : 'selling'
}

/** Fetch the texts of a language. */
export async function load(language: Language): Promise<void> {
  texts.value = (await LOADERS[language]()).default
}

/** Open help about the present screen; not over an approval, which waits for a PIN. */
export function openHelp(about: Topic = present()): void {
  if (!question.value) topic.value = about
}

/** The places of the tour, in their order: a message's key and what it points at. */
export interface Mark {
  name: string
  at: string
}

const CASHIER: Mark[] = [
  { name: 'scan', at: '.right input' }, { name: 'basket', at: '.basket .lines' }, { name: 'member', at: '.right > :first-child' }, { name: 'pay', at: '.basket .pay' },
  { name: 'hold', at: '.basket .side' }, { name: 'rail', at: '.rail' }, { name: 'state', at: '.bar .state' }, { name: 'menu', at: '.bar .menu' },
]
const LEAD: Mark[] = [
  { name: 'approve', at: '.basket .lines' }, { name: 'shift', at: '.rail' }, { name: 'papers', at: '.rail' }, { name: 'state', at: '.bar .state' }, { name: 'training', at: '.bar .menu' },
  { name: 'menu', at: '.bar .menu' },
]
const LEADS = new Set(['shift_lead', 'manager'])

const store = browserStore()
const seen = ref(new Set<string>())
/** The step that is shown; null: the tour is not under way. */
export const step = ref<number | null>(null)
export const marks = computed(() => (me.value?.roles.some((role) => LEADS.has(role)) ? LEAD : CASHIER))
/** Whether who is signed in has not been offered the tour yet. */
export const isNew = computed(() => {
  const staff = me.value?.staff
  return !!staff && !seen.value.has(staff) && store.get(`tour.${staff}`) === null
})

/** Begin the tour at its first place. */
export function startTour(): void {
  topic.value = null
  step.value = 0
}

/** End it, or do without; who is signed in is not offered it again on this machine. */
export function endTour(): void {
  step.value = null
  const staff = me.value?.staff
  if (!staff) return
  store.set(`tour.${staff}`, 'seen')
  seen.value = new Set([...seen.value, staff])
}

/** Go on to the next place, or back. */
export function walk(by: 1 | -1): void {
  const next = (step.value ?? 0) + by
  if (next >= marks.value.length) endTour()
  else step.value = Math.max(0, next)
}
