/** Papers that wait for a printer: asked for again, or done without; and the drawer, which opens by the same way. */
import { ref, shallowRef } from 'vue'
import type { Schema } from '@stayopen/kit'
import { t } from '../i18n'
import { approved } from './approval'
import { api, result } from './node'
import { inform } from './notice'
import { tell, tried } from './tell'

export type PrintJob = Schema<'PrintJobAnswer'>
export type BadTemplate = Schema<'BadTemplate'>

const PAGE = 30

export const list = ref<'waiting' | 'recent'>('waiting')
export const jobs = shallowRef<PrintJob[] | null>(null)
export const next = ref(0)
export const faults = shallowRef<BadTemplate[]>([])

/** States in which a paper can be asked for again. */
const AGAIN = new Set(['waiting', 'expired', 'cancelled'])
/** States in which one can do without it. */
const WITHOUT = new Set(['waiting', 'expired'])

export const mayRetry = (job: PrintJob): boolean => AGAIN.has(job.state) && job.kind !== 'drawer'
export const mayCancel = (job: PrintJob): boolean => WITHOUT.has(job.state)

/** Show one of the lists from its beginning. */
export async function show(wanted: 'waiting' | 'recent' = list.value): Promise<void> {
  list.value = wanted
  const found = await api.ask('GET', '/api/v1/print-jobs', { query: { list: wanted, limit: PAGE } })
  if (list.value !== wanted) return
  jobs.value = found.jobs
  next.value = found.next
  faults.value = found.bad_templates
}

/** Add the next page of the recent ones. */
export async function showEarlier(): Promise<void> {
  const found = await api.ask('GET', '/api/v1/print-jobs', { query: { list: 'recent', before: next.value, limit: PAGE } })
  jobs.value = [...(jobs.value ?? []), ...found.jobs]
  next.value = found.next
}

const at = (job: PrintJob): { path: { job: string } } => ({ path: { job: String(job.job) } })

/** Print a paper now. */
export async function retry(job: PrintJob): Promise<void> {
  await attempt(async () => {
    await api.act('POST', '/api/v1/print-jobs/{job}/retry', at(job)).then(result)
    inform(t('papers.asked'))
  })
}

/** Print a paper that was kept until somebody asks for it; whether it is on its way. */
export async function printKept(job: number): Promise<boolean> {
  const done = await tried(() => api.act('POST', '/api/v1/print-jobs/{job}/retry', { path: { job: String(job) } }).then(result))
  return done !== undefined
}

/** Do without a paper; a shift lead approves it. */
export async function cancel(job: PrintJob): Promise<void> {
  await attempt(() =>
    approved(t('papers.approve'), (approval) =>
      api.act('POST', '/api/v1/print-jobs/{job}/cancel', { ...at(job), body: { approval } }).then(result),
    ),
  )
}

/** Whatever came of it: show the list as it is now. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    tell(error)
  }
  await show().catch(tell)
}

/** Open the drawer without a sale; a shift lead approves it. Whether it was done. */
export async function openDrawer(reason: string): Promise<boolean> {
  try {
    const done = await approved(t('drawer.approve'), (approval) =>
      api.act('POST', '/api/v1/drawer', { body: { reason, approval } }).then(result),
    )
    if (done) inform(t('drawer.done'))
    return done !== null
  } catch (error) {
    tell(error)
    return false
  }
}
