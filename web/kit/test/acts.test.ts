import { describe, expect, it } from 'vitest'
import { memoryStore, Refused, Unreachable, type Store } from '../src'
import { Node, refusal } from './node'

const QUICK = { amount: 1234, tenders: [{ tender: 'cash', amount: 2000 }] }
const DONE = { result: { sale: '77' }, witness: {}, frames: [] }

/** What the store keeps of the act without an answer. */
const laid = (store: Store) => store.get('till.t1.unanswered')

/** Sell something for 12.34. */
const sell = (node: Node) => node.api.act('POST', '/api/v1/quick-sales', { body: QUICK })

/** A node whose page was closed while it was asked to sell, and which answers now. */
async function closed(body: object = QUICK): Promise<Store> {
  const store = memoryStore()
  const before = new Node(store)
  before.begin()
  before.script.push('silence')
  void before.api.act('POST', '/api/v1/quick-sales', { body: body as typeof QUICK }).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve))
  return store
}

describe('keys', () => {
  it('count on from what the node knows of the till', async () => {
    const node = new Node()
    node.begin({ last_n: 41 })
    node.script.push([200, DONE], [200, DONE])
    await sell(node)
    await sell(node)
    expect(node.keys()).toEqual(['t1-42', 't1-43'])
  })

  it('count on after a reload from what was used here', async () => {
    const store = memoryStore()
    const before = new Node(store)
    before.begin({ last_n: 5 })
    before.script.push([200, DONE])
    await sell(before)
    const after = new Node(store)
    after.begin({ last_n: 3 })
    after.script.push([200, DONE])
    await sell(after)
    expect(after.keys()).toEqual(['t1-7'])
  })

  it('are of each till on its own', async () => {
    const store = memoryStore()
    const one = new Node(store)
    one.begin({ last_n: 5 })
    one.script.push([200, DONE])
    await sell(one)
    const two = new Node(store)
    two.begin({ till: 't2' })
    two.script.push([200, DONE])
    await sell(two)
    expect(two.keys()).toEqual(['t2-1'])
  })

  it('survive nonsense in the store', async () => {
    const store = memoryStore()
    store.set('till.t1.n', 'NaN; rm -rf')
    store.set('till.t1.unanswered', '{"n":')
    const node = new Node(store)
    node.begin({ last_n: 2 })
    node.script.push([200, DONE])
    await sell(node)
    expect(node.keys()).toEqual(['t1-3'])
  })

  it.each(['key_outdated', 'key_reused', 'key_too_far'])('are taken anew when the first try is told %s', async (code) => {
    const node = new Node()
    node.begin({ last_n: 2 })
    node.script.push([409, refusal(code)], [200, { last_n: 90 }], [200, DONE])
    expect(await sell(node)).toEqual(DONE)
    expect(node.keys()).toEqual(['t1-3', null, 't1-91'])
  })

  it('are not taken anew for ever', async () => {
    const node = new Node()
    node.begin()
    for (let i = 0; i < 4; i += 1) node.script.push([409, refusal('key_outdated')], [200, { last_n: i * 10 }])
    await expect(sell(node)).rejects.toMatchObject({ problem: { code: 'key_outdated' } })
  })
})

describe('an act', () => {
  it('is done in its turn, and a refused one holds up none', async () => {
    const node = new Node()
    node.begin()
    node.script.push([200, DONE], [409, refusal('shift_needed')], [200, DONE])
    const three = await Promise.allSettled([sell(node), sell(node), sell(node)])
    expect(three.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(node.keys()).toEqual(['t1-1', 't1-2', 't1-3'])
    expect(node.pauses).toEqual([])
  })

  it('without an answer is asked for under the same key until one comes, and nothing overtakes it', async () => {
    const node = new Node()
    node.begin()
    node.script.push('silence', 'silence', [502, 'Bad Gateway'], 'silence', 'silence', [200, DONE], [200, DONE])
    await Promise.all([sell(node), sell(node)])
    expect(node.keys()).toEqual(['t1-1', 't1-1', 't1-1', 't1-1', 't1-1', 't1-1', 't1-2'])
    expect(node.pauses).toEqual([300, 600, 1000, 2000, 2000])
    expect(new Set(node.asked.slice(0, 6).map((asked) => JSON.stringify(asked.body)))).toHaveLength(1)
  })

  it('tells while it is asked for, and is quiet again afterwards', async () => {
    const node = new Node()
    node.begin()
    const start = node.time
    const seen: unknown[] = []
    node.script.push('silence', 'silence', [200, DONE])
    const wait = node.pauses.push.bind(node.pauses)
    node.pauses.push = (...ms) => {
      const { since, times, act } = node.api.asking.value ?? {}
      seen.push([since, times, act?.path])
      return wait(...ms)
    }
    await sell(node)
    expect(seen).toEqual([
      [start, 1, '/api/v1/quick-sales'],
      [start, 2, '/api/v1/quick-sales'],
    ])
    expect(node.api.asking.value).toBeNull()
  })

  it('that meets a fault of the program is asked for a few times and then told', async () => {
    const node = new Node()
    node.begin()
    node.script.push(...Array.from({ length: 4 }, () => [500, refusal('internal')] as [number, unknown]), [200, DONE])
    await expect(sell(node)).rejects.toMatchObject({ problem: { code: 'internal' } })
    await sell(node)
    expect(node.keys()).toEqual(['t1-1', 't1-1', 't1-1', 't1-1', 't1-2'])
  })

  it('once unanswered never gets another key, whatever is said of its own', async () => {
    const node = new Node()
    node.begin()
    node.script.push('silence', [409, refusal('key_outdated')])
    await expect(sell(node)).rejects.toMatchObject({ problem: { code: 'key_outdated' } })
    expect(node.keys()).toEqual(['t1-1', 't1-1'])
  })

  it('beside the others holds none of them up, has a number of its own and is asked for once', async () => {
    const node = new Node()
    node.begin({ last_n: 5 })
    const ask = { member: 'aa', amount: 500, asset: 'principal', deadline_ms: 6000 }
    node.script.push('silence', [200, DONE])
    const asked = node.api.aside('POST', '/api/v1/rights-requests', { body: ask }).catch((error: unknown) => error)
    await sell(node)
    expect(await asked).toBeInstanceOf(Unreachable)
    expect(node.keys()).toEqual(['t1-6', 't1-7'])
    expect(laid(node.store)).toBeNull()
  })

  it('needs somebody signed in', async () => {
    await expect(sell(new Node())).rejects.toBeInstanceOf(Unreachable)
  })

  it('waiting for its turn is not done in the name of the next person', async () => {
    const node = new Node()
    node.begin()
    node.script.push('silence', [401, refusal('signed_out')], [200, DONE])
    const [first, second] = [sell(node), sell(node)]
    node.begin({ staff: '2001' })
    await Promise.allSettled([first, second])
    await expect(second).rejects.toBeInstanceOf(Unreachable)
    expect(node.asked.filter((asked) => asked.key)).toHaveLength(0)
  })
})

describe('after a reload', () => {
  it('there is nothing to ask when all was answered', async () => {
    const node = new Node()
    node.begin()
    node.script.push([200, DONE])
    await sell(node)
    expect(laid(node.store)).toBeNull()
    expect(await node.api.recover()).toBeNull()
    expect(node.asked).toHaveLength(1)
  })

  it('an unanswered act is asked for under its key, and its answer handed over', async () => {
    const node = new Node(await closed())
    node.begin()
    node.script.push('silence', [200, DONE], [200, DONE])
    const recovered = await node.api.recover()
    expect(recovered).toMatchObject({ outcome: 'done', answer: DONE, act: { path: '/api/v1/quick-sales', body: QUICK } })
    await sell(node)
    expect(node.keys()).toEqual(['t1-1', 't1-1', 't1-2'])
    expect(node.asked[0]?.body).toEqual(QUICK)
  })

  it('its refusal is handed over too', async () => {
    const node = new Node(await closed())
    node.begin()
    node.script.push([409, refusal('shift_needed')])
    const recovered = await node.api.recover()
    expect(recovered).toMatchObject({ outcome: 'refused', refusal: { problem: { code: 'shift_needed' } } })
    expect(laid(node.store)).toBeNull()
  })

  it('it comes before the next act, though nobody asked', async () => {
    const node = new Node(await closed())
    node.begin()
    node.script.push([200, DONE], [200, DONE])
    await sell(node)
    expect(node.keys()).toEqual(['t1-1', 't1-2'])
  })

  it.each([
    ['somebody else', { staff: '2001' }],
    ['another branch', { branch: 'b002' }],
    ['a node whose log was begun anew', { witness: { incarnation: '99'.repeat(16), seq: 0, hash: '' } }],
  ])('it is never sent by or to %s', async (_, me) => {
    const node = new Node(await closed())
    node.begin(me)
    expect(await node.api.recover()).toMatchObject({ outcome: 'unknown', act: { path: '/api/v1/quick-sales' } })
    expect(node.asked).toEqual([])
    expect(await node.api.recover()).toBeNull()
  })

  it('a PIN was never laid down, so what became of its act is to be looked up', async () => {
    const store = await closed({ ...QUICK, approval: { staff: '2001', pin: '2468' } })
    expect(laid(store)).not.toContain('2468')
    expect(laid(store)).toContain('quick-sales')
    const node = new Node(store)
    node.begin()
    expect(await node.api.recover()).toMatchObject({ outcome: 'unknown' })
    expect(node.asked).toEqual([])
  })

  it('a sign-in that ended meanwhile keeps the question for the same person', async () => {
    const node = new Node()
    node.begin()
    const body = { ...QUICK, approval: { staff: '2001', pin: '2468' } }
    node.script.push('silence', [401, refusal('signed_out')])
    const sold = node.api.act('POST', '/api/v1/quick-sales', { body: body as never })
    await expect(sold).rejects.toBeInstanceOf(Refused)
    expect(node.signedOut).toBe(1)
    node.begin()
    node.script.push([200, DONE])
    expect(await node.api.recover()).toMatchObject({ outcome: 'done', answer: DONE })
    expect(node.keys()).toEqual(['t1-1', 't1-1', 't1-1'])
    expect(node.asked[2]?.body).toEqual(body)
  })
})
