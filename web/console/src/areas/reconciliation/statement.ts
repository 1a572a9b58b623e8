/** One party's statement of a period, read anew when either changes. */
import { computed, ref, shallowRef, watch } from 'vue'
import { api, type Schema } from '../../api'
import { said } from '../../tell'
import { learn } from './names'

export function useStatement(asked: () => { period: string; party: string }) {
  const found = shallowRef<Schema<'Statement'> | null>(null)
  const wrong = ref('')
  const path = computed(() => `/office/v1/periods/${asked().period}/statements/${asked().party}/file`)
  let turn = 0

  async function read(n: string, party: string): Promise<void> {
    const mine = ++turn
    wrong.value = ''
    try {
      const told = await api.ask('GET', '/office/v1/periods/{n}/statements/{party}', { path: { n, party } })
      if (mine !== turn) return
      learn(told.names ?? {})
      found.value = told
    } catch (error) {
      if (mine === turn) wrong.value = said(error)
    }
  }
  watch([() => asked().period, () => asked().party], ([n, party]) => read(n, party), { immediate: true })
  return { found, wrong, path }
}
