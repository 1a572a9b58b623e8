/** A new member: what was typed, what is wrong with it, and that it is sent once. */
import { computed, reactive, ref } from 'vue'
import { t } from '../i18n'
import { fieldOf, MORE_FIELDS, problemOf, tidyDay, type CustomField } from '../members/profile'
import { register } from './member'
import { Refused } from './node'
import { inform } from './notice'
import { setUp } from './setup'
import { tell } from './tell'

export type Registration = ReturnType<typeof createRegistration>

/** Begin one; `typed`: what was looked for in vain, a phone number or a name. */
export function createRegistration(typed = '') {
  const isNumber = /^[0-9 +-]+$/.test(typed)
  const values = reactive<Record<string, string>>({ name: isNumber ? '' : typed, phone: isNumber ? typed : '', card: '', photo: '' })
  const consent = ref(false)
  const submitted = ref(false)
  const busy = ref(false)
  /** Refusals of the node, by field; they go when the field is changed. */
  const refused = reactive<Record<string, { value: string; word: string }>>({})

  const custom = computed<CustomField[]>(() => setUp.value?.custom_fields ?? [])
  /** Version of the privacy terms that must be agreed to; '' none. */
  const terms = computed(() => setUp.value?.privacy_version ?? '')
  const value = (field: string): string => values[field] ?? ''
  const customOf = (field: string): CustomField | undefined => custom.value.find((row) => `x_${row.name}` === field)
  const fields = computed(() => ['name', 'phone', 'card', ...MORE_FIELDS, ...custom.value.map((row) => `x_${row.name}`), 'photo'])

  /** What is wrong with a field, in words: told once it was tried to register, a refusal of the node as long as it stands. */
  function word(field: string): string {
    const refusal = refused[field]
    if (refusal && refusal.value === value(field)) return refusal.word
    const problem = submitted.value ? problemOf(field, value(field), customOf(field)) : ''
    return problem && t(problem)
  }
  const consentWord = computed(() => (submitted.value && terms.value && !consent.value ? t('member.consentNeeded') : ''))
  /** The first field that something is wrong with; '' none. `consent` counts as one. */
  const firstWrong = computed(() => fields.value.find((field) => problemOf(field, value(field), customOf(field))) ?? (terms.value && !consent.value ? 'consent' : ''))

  function body(): Parameters<typeof register>[0] {
    const more = fields.value.filter((field) => !['name', 'phone', 'card'].includes(field) && value(field).trim())
    return {
      name: value('name').trim(), phone: value('phone').trim(), card: value('card').trim(), consent: terms.value,
      fields: Object.fromEntries(more.map((field) => [field, value(field).trim()])),
    }
  }

  /** Register; the member's id, or null when something has to be mended first. */
  async function submit(): Promise<string | null> {
    submitted.value = true
    for (const field of ['birthday', ...custom.value.filter((row) => row.kind === 'date').map((row) => `x_${row.name}`)]) {
      if (value(field)) values[field] = tidyDay(value(field))
    }
    if (firstWrong.value || busy.value) return null
    busy.value = true
    try {
      const member = await register(body())
      inform(t('member.registered', { name: value('name').trim() }))
      return member
    } catch (error) {
      const field = error instanceof Refused ? fieldOf(error.problem) : ''
      if (!fields.value.includes(field) || !(error instanceof Refused)) tell(error)
      else refused[field] = { value: value(field), word: `${error.problem.message} ${error.problem.next}`.trim() }
      return null
    } finally {
      busy.value = false
    }
  }
  return { values, consent, custom, terms, busy, word, consentWord, firstWrong, submit }
}
