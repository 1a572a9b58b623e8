/** Long work of the office: begun by a request that answers a job, watched here until it ends. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { api, type Schema } from './api'

/** A job as the office tells it; `total` 0: nobody knows how much there is; `code`: why it failed. */
export type Job = Schema<'Job'>

/** Whether a job has not ended yet. */
export const goesOn = (job: Job): boolean => job.state === 'waiting' || job.state === 'running'

/** How often a job is asked about (ms). */
const EVERY = 500

const rest = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms))

export interface Watched {
  job: Readonly<ShallowRef<Job | null>>
  /** Begin by `start` and watch; returns the job when it has ended, null when the page was left. */
  run(start: () => Promise<Job>): Promise<Job | null>
}

/** Watch one job at a time for as long as the component lives; the job itself goes on in the office. */
export function useJob(): Watched {
  const job = shallowRef<Job | null>(null)
  let alive = true
  onScopeDispose(() => (alive = false), true)
  return {
    job,
    async run(start) {
      job.value = null
      let now = await start()
      job.value = now
      while (alive && goesOn(now)) {
        await rest(EVERY)
        now = await api.ask('GET', '/office/v1/jobs/{job}', { path: { job: now.job } })
        job.value = now
      }
      return alive ? now : null
    },
  }
}

/** Hand a job's file to the browser. */
export async function saveFile(job: string): Promise<void> {
  const { name, data } = await api.file('/office/v1/jobs/{job}/file', { job })
  saveBlob(name, data)
}

/** Hand a file to the browser under a name. */
export function saveBlob(name: string, data: Blob): void {
  const address = URL.createObjectURL(data)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // the browser has taken it up by then
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
