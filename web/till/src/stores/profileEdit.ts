/** The profile of the member shown, while it is mended: what was changed, what is wrong with it, what the node said to it. */
import { computed, reactive, ref, watch } from 'vue'
import { t } from '../i18n'
import { fieldOf, MORE_FIELDS, problemOf, tidyDay, type CustomField } from '../members/profile'
import { api } from './node'
import { at, did, person, photo } from './person'
import { setUp } from './setup'

/** Begin with the profile as it is. */
export function createProfileEdit() {
  const custom = computed<CustomField[]>(() => setUp.value?.custom_fields ?? [])
  const fields = computed(() => ['name', 'phone', ...MORE_FIELDS, ...custom.value.map((row) => `x_${row.name}`), 'photo'])
  const before = (): Record<string, string> => ({
    ...Object.fromEntries(fields.value.map((field) => [field, person.value?.profile[field] ?? ''])),
    photo: photo.value.split(',')[1] ?? '',
  })
  const values = reactive<Record<string, string>>(before())
  const known = ref(before())
  const refused = reactive<Record<string, { value: string; word: string }>>({})

  // the photo may come later than the profile
  watch(photo, () => {
    const late = before()['photo'] ?? ''
    if (values['photo'] === known.value['photo']) values['photo'] = late
    known.value = { ...known.value, photo: late }
  })

  const value = (field: string): string => (values[field] ?? '').trim()
  const customOf = (field: string): CustomField | undefined => custom.value.find((row) => `x_${row.name}` === field)
  /** What would be written. */
  const changes = computed(() => Object.fromEntries(fields.value.filter((field) => value(field) !== (known.value[field] ?? '')).map((field) => [field, value(field)])))
  const changed = computed(() => Object.keys(changes.value).length > 0)

  /** What is wrong with a field that was changed, in words; '' nothing. */
  function word(field: string): string {
    const refusal = refused[field]
    if (refusal && refusal.value === value(field)) return refusal.word
    const problem = field in changes.value ? problemOf(field, value(field), customOf(field)) : ''
    return problem && t(problem)
  }

  /** Write what was changed. */
  async function submit(): Promise<void> {
    for (const field of fields.value) {
      if ((field === 'birthday' || customOf(field)?.kind === 'date') && value(field)) values[field] = tidyDay(value(field))
    }
    if (!changed.value || Object.keys(changes.value).some(word)) return
    const written = changes.value
    const done = await did(() => api.act('PATCH', '/api/v1/members/{member}', { ...at(), body: { fields: written } }), t('member.saved'), (problem) => {
      const field = fieldOf(problem)
      if (!(field in written)) return false
      refused[field] = { value: value(field), word: `${problem.message} ${problem.next}`.trim() }
      return true
    })
    if (done) known.value = { ...known.value, ...written }
  }
  return { values, custom, changed, word, submit }
}
