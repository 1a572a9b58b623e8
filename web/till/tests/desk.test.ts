import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'

const ask = vi.fn()
const act = vi.fn()
const GET = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { ask, act, GET }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined, begin: () => undefined, end: () => undefined }
})

const claims = await import('../src/stores/claims')
const papers = await import('../src/stores/papers')
const sync = await import('../src/stores/sync')
const { question } = await import('../src/stores/approval')
const { dismiss, notice } = await import('../src/stores/notice')
const { goodReason } = await import('../src/reason')
const refused = (code: string) => new Refused({ code, message: '不行。', kept: '', next: '', evidence: {} }, 409)
const paper = { kind: 'sale', id: 'cd', seller: 'b002', day: '2026-11-22', total: 900, checked: true, here: false, code: 'SO1X' }
const job = { job: 7, kind: 'sale', till: 't', state: 'waiting', copy: false, at: 0, attempts: 1, next_at: 0, unsure: false, trouble: '', told: null, device: '', done_at: 0 }
const lead = { staff: '2001', pin: '246810' }

async function approve(): Promise<void> {
  await vi.waitFor(() => expect(question.value).not.toBeNull())
  question.value?.answer(lead)
}

beforeEach(() => {
  ask.mockReset().mockResolvedValue({ jobs: [job], next: 0, bad_templates: [], claims: [] })
  act.mockReset().mockResolvedValue({ result: { done: true } })
  dismiss()
})

describe('a claim', () => {
  it.each([
    ['1', '2', ''], ['0', '1', 'claim.lineBad'], ['501', '1', 'claim.lineBad'], ['一', '1', 'claim.lineBad'], ['1e3', '1', 'claim.lineBad'],
    ['1', '0', 'claim.quantityBad'], ['1', '1.2345', 'claim.quantityBad'], ['1', '', 'claim.quantityBad'], ['1', '1e309', 'claim.quantityBad'],
  ])('takes line %o with quantity %o: %o', (line, quantity, wrong) => {
    claims.lines.value = [{ line, quantity }]
    expect(claims.wrong.value).toEqual([wrong])
  })
  it('takes each line once', () => {
    claims.lines.value = [{ line: '1', quantity: '1' }, { line: '01', quantity: '2' }]
    expect(claims.wrong.value).toEqual(['', 'claim.twice'])
  })
  it('counts lines from 1 for people and from 0 for the node', async () => {
    act.mockResolvedValue({ result: { claim: 'ef' } })
    claims.begin()
    claims.add()
    const made = claims.make(paper, '买错了')
    await approve()
    expect(await made).toBe('ef')
    expect(act.mock.lastCall?.[2]).toEqual({ body: { sale: 'cd', seller: 'b002', lines: [{ line: 0, milli_qty: 1000 }, { line: 1, milli_qty: 1000 }], reason: '买错了', code: 'SO1X', approval: lead } })
  })
  it('is paid once, and the list is read anew', async () => {
    act.mockResolvedValue({ result: { claim: 'ef', tenders: [] } })
    expect(await claims.pay('ef', true)).toEqual({ claim: 'ef', tenders: [] })
    expect(act).toHaveBeenCalledWith('POST', '/api/v1/claims/{claim}/pay', { path: { claim: 'ef' }, body: { in_cash: true } })
    expect(ask).toHaveBeenCalledWith('GET', '/api/v1/claims')
  })
})

describe('papers', () => {
  it('can be asked for again unless they are printed or under way, the drawer never', () => {
    const may = (state: string, kind = 'sale') => papers.mayRetry({ ...job, state, kind })
    expect([may('waiting'), may('expired'), may('cancelled'), may('done'), may('printing'), may('waiting', 'drawer')]).toEqual([true, true, true, false, false, false])
  })
  it('can be done without while they are not printed', () => {
    expect(['waiting', 'expired', 'printing', 'done', 'cancelled'].map((state) => papers.mayCancel({ ...job, state }))).toEqual([true, true, false, false, false])
  })
  it('are shown as they are after a retry, also after a refused one', async () => {
    act.mockRejectedValue(refused('print_job_done'))
    await papers.retry(job)
    expect([notice.value?.kind, ask.mock.calls.length]).toEqual(['refused', 1])
  })
  it('are done without once a shift lead approves', async () => {
    act.mockRejectedValueOnce(refused('approval_needed'))
    const gone = papers.cancel(job)
    await approve()
    await gone
    expect(act.mock.lastCall?.[2]).toEqual({ path: { job: '7' }, body: { approval: lead } })
  })
})

describe('the drawer', () => {
  it('opens with a reason and an approval', async () => {
    act.mockRejectedValueOnce(refused('approval_needed'))
    const opened = papers.openDrawer('换零钱')
    await approve()
    expect(await opened).toBe(true)
    expect(act.mock.lastCall?.[2]).toEqual({ body: { reason: '换零钱', approval: lead } })
  })
})

describe('a reason', () => {
  it.each([['换零钱', true], ['  ', false], ['', false], ['很'.repeat(200), true], ['很'.repeat(201), false]])('%o will do: %o', (text, good) => {
    expect(goodReason(text)).toBe(good)
  })
})

describe('the sync page', () => {
  const state = { connected: false, since: 1, unsent: 3, oldest_at: 1, alarm: '', standalone: false, cannot: ['chain_balance'] }
  const entry = { seq: 1, at: 1, kind: 'sale', act: '', number: '', amount: 1, till: '', staff: '' }

  it('reads state and list together, and leafs on from there', async () => {
    ask.mockImplementation(async (_method: string, path: string, input?: { query: { after?: number } }) =>
      path.endsWith('unsent') ? { entries: [{ ...entry, seq: input?.query.after ? 2 : 1 }], next: input?.query.after ? 0 : 9 } : state)
    await sync.read()
    await sync.showMore()
    expect([sync.state.value?.unsent, sync.entries.value.map((row) => row.seq), sync.next.value]).toEqual([3, [1, 2], 0])
  })
  it('tries at once without a key: nothing is changed by it', async () => {
    await sync.retry()
    expect(ask.mock.calls[0]?.slice(0, 2)).toEqual(['POST', '/api/v1/sync/retry'])
    expect(act).not.toHaveBeenCalled()
  })
  it('saves what waits under the name that the node gives, and says so', async () => {
    const saved: string[] = []
    const made = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:file')
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) { saved.push(`${this.href} ${this.download}`) })
    const headers = new Headers({ 'Content-Disposition': 'attachment; filename="stayopen-b001-2026-11-22.bundle"' })
    const file = new Blob(['sealed'])
    GET.mockResolvedValueOnce({ data: file, response: new Response(null, { headers }) })
    await sync.exportUnsent()
    expect(GET).toHaveBeenCalledWith('/api/v1/sync/bundle', { parseAs: 'blob' })
    expect(made).toHaveBeenCalledWith(file)
    expect(saved).toEqual(['blob:file stayopen-b001-2026-11-22.bundle'])
    expect(notice.value?.message).toContain('stayopen-b001-2026-11-22.bundle')
    expect(sync.exporting.value).toBe(false)
    made.mockRestore()
    click.mockRestore()
  })
  it('saves nothing when the node refuses or is silent', async () => {
    const made = vi.spyOn(URL, 'createObjectURL')
    const problem = { code: 'nothing_unsent', message: '没有要导出的。', kept: '', next: '', evidence: {} }
    GET.mockResolvedValueOnce({ error: problem, response: new Response(null, { status: 409 }) })
    await expect(sync.exportUnsent()).rejects.toMatchObject({ problem })
    GET.mockRejectedValueOnce(new TypeError('network'))
    await expect(sync.exportUnsent()).rejects.toThrow()
    expect(made).not.toHaveBeenCalled()
    expect(sync.exporting.value).toBe(false)
    made.mockRestore()
  })
})
