/** Saving a form: what is wrong is said at its field, in words; nothing typed is lost. */
import { reactive, ref, type Ref } from 'vue'
import { Refused } from '../../api'
import { has, t } from '../../i18n'
import { said } from '../../tell'

export interface Saving {
  busy: Ref<boolean>
  /** What is wrong with the whole, "" nothing. */
  wrong: Ref<string>
  /** What is wrong with a field, by its name. */
  fields: Record<string, string>
  /** Check by `checks` (field → what is wrong with it, "" nothing), then do `work`; undefined when it came to nothing. */
  save<T>(checks: Record<string, string>, work: () => Promise<T>): Promise<T | undefined>
}

/** The state of one form. `known`: the fields that the form shows; what is wrong elsewhere is said below. */
export function useSaving(known: readonly string[]): Saving {
  const busy = ref(false)
  const wrong = ref('')
  const fields = reactive<Record<string, string>>({})

  function clear(): void {
    wrong.value = ''
    for (const name of Object.keys(fields)) delete fields[name]
  }
  function note(error: unknown): void {
    const { field, words } = explain(error)
    if (known.includes(field)) fields[field] = words
    else wrong.value = words
  }
  return {
    busy,
    wrong,
    fields,
    async save(checks, work) {
      if (busy.value) return undefined
      clear()
      const bad = Object.entries(checks).filter(([, words]) => words)
      for (const [name, words] of bad) fields[name] = words
      if (bad.length) {
        wrong.value = t('goods.form.look')
        return undefined
      }
      busy.value = true
      try {
        return await work()
      } catch (error) {
        note(error)
        return undefined
      } finally {
        busy.value = false
      }
    },
  }
}

/** A code that another row has already. */
class Taken extends Error {
  constructor(readonly field: string) {
    super('taken')
  }
}

/** Make sure that a new row takes no other's place: `read` asks for what stands there under its code. */
export async function unused(field: string, read: () => Promise<unknown>): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return
    throw error
  }
  throw new Taken(field)
}

/** The field that a refusal names, and what it says in words that a form can show beside it. */
export function explain(error: unknown): { field: string; words: string } {
  if (error instanceof Taken) return { field: error.field, words: t('goods.wrong.taken') }
  if (!(error instanceof Refused)) return { field: '', words: said(error) }
  const { code, evidence } = error.problem
  const field = String(evidence['field'] ?? '')
  const rule = String(evidence['rule'] ?? code)
  const reason = `goods.wrong.${rule}_${String(evidence['reason'] ?? '')}`
  const key = has(reason) ? reason : `goods.wrong.${rule}`
  return { field, words: has(key) ? t(key, evidence) : said(error) }
}

/** What is wrong with an amount that a MoneyField could not read. */
export const moneyWrong = (value: number | null): string => (value === null ? t('goods.wrong.bad_money') : '')
/** What is wrong with a text that has to be there. */
export const textWrong = (value: string): string => (value.trim() ? '' : t('goods.wrong.needed'))
/** What is wrong with a code: it stands in addresses and on keypads. */
export const codeWrong = (value: string): string => (/^[!-~\u4e00-\u9fff]{1,32}$/.test(value) && !value.includes('/') ? '' : t('goods.wrong.bad_code'))
