import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import ApprovalsPage from '../../src/areas/discrepancies/ApprovalsPage.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const RELEASE = { release: 'ab'.repeat(16), kind: 'incarnation', subject: 'cd'.repeat(16), reason: '机器被盗', proposed_by: 'sun.qi', proposed_at: 1, approved_by: '', approved_at: 0, state: 'proposed' }
const CLAIM = { claim: 'ef'.repeat(16), sale: '12'.repeat(16), seller: 'b001', claimant: 'b002', day: '2026-11-29', state: 'waits', sale_known: false }
let router: Router

beforeEach(async () => {
  me.value = { ...USER, duties: ['see', 'branch', 'settle', 'approve'] }
  document.body.innerHTML = ''
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: { template: '' }, meta: { title: 'discrepancies.approvals.title' } }] })
  await router.push('/reconciliation/approvals')
})
enableAutoUnmount(afterEach)
afterEach(() => vi.unstubAllGlobals())

const answers = ({ path, method }: Asked) => {
  if (path.startsWith('/office/v1/branches')) return { branches: [{ branch: 'b001', name: '南京路店' }], next: '' }
  if (path.startsWith('/office/v1/claims')) return { claims: [CLAIM] }
  return method === 'GET' ? { releases: [RELEASE] } : RELEASE
}
async function show() {
  const made = mount(ApprovalsPage, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}
const buttons = (word: string) => [...document.querySelectorAll<HTMLButtonElement>('button')].filter((one) => one.textContent?.trim() === word)
async function type(input: Element | null, value: string) {
  ;(input as HTMLInputElement).value = value
  input?.dispatchEvent(new Event('input'))
  await flushPromises()
}

describe('decisions by two people', () => {
  it('are approved after what they release was told and its word typed', async () => {
    const asked = office(answers)
    await show()
    buttons('批准')[0]?.click()
    await flushPromises()
    expect(document.body.textContent).toContain('释放已关闭账本的额度。sun.qi 提出，原因：机器被盗')
    expect(buttons('批准').at(-1)?.disabled).toBe(true)
    await type(document.querySelector('.el-dialog input'), RELEASE.subject.slice(0, 8))
    buttons('批准').at(-1)?.click()
    await flushPromises()
    expect(asked.some(({ path }) => path.endsWith(`/releases/${RELEASE.release}/approve`))).toBe(true)
  })

  it('are not approved by who proposed them', async () => {
    me.value = { ...USER, name: 'sun.qi', duties: ['see', 'settle', 'approve'] }
    office(answers)
    await show()
    expect(buttons('批准')[0]?.disabled).toBe(true)
    expect(buttons('撤回')).toHaveLength(1)
  })

  it('refuse a claim on no sale, with a reason', async () => {
    const asked = office(answers)
    await show()
    buttons('申请驳回')[0]?.click()
    await flushPromises()
    await type(document.querySelector('.el-dialog input'), '没有这笔销售')
    document.querySelector('#decide-claim')?.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ kind: 'claim_refusal', subject: CLAIM.claim, reason: '没有这笔销售' })
  })
})
