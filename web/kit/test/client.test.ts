import { describe, expect, it } from 'vitest'
import { Refused, Unreachable } from '../src'
import { ME, Node, refusal } from './node'

const BASKET = 'ab'.repeat(16)

describe('asking', () => {
  it('sends parameters, language and token, and returns the body', async () => {
    const node = new Node()
    node.begin()
    node.script.push([200, { products: [], next: '' }], [200, { basket: BASKET }])
    const found = await node.api.ask('GET', '/api/v1/products', { query: { q: 'nc 奶茶', limit: 60 } })
    expect(found).toEqual({ products: [], next: '' })
    await node.api.ask('GET', '/api/v1/baskets/{basket}', { path: { basket: BASKET } })
    expect(node.asked[0]).toEqual({
      method: 'GET',
      path: '/api/v1/products?q=nc%20%E5%A5%B6%E8%8C%B6&limit=60',
      key: null,
      token: 'Bearer token',
      language: 'zh-TW',
      body: undefined,
    })
    expect(node.asked[1]?.path).toBe(`/api/v1/baskets/${BASKET}`)
  })

  it('takes no path out of its place', async () => {
    const node = new Node()
    node.script.push([404, refusal('not_found')])
    const asking = node.api.ask('GET', '/api/v1/products/{item}', { path: { item: '../baskets?x=1#' } })
    await expect(asking).rejects.toBeInstanceOf(Refused)
    expect(node.asked[0]?.path).toBe('/api/v1/products/..%2Fbaskets%3Fx%3D1%23')
  })

  it('sends no token before somebody signed in and none after', async () => {
    const node = new Node()
    node.script.push([200, { token: 'secret', me: ME }], [200, {}])
    await node.api.ask('POST', '/api/v1/sign-in', { body: { staff: '1001', pin: '1357', till: 't1' } })
    node.begin()
    node.api.end()
    await node.api.ask('GET', '/api/v1/health')
    expect(node.asked.map((asked) => asked.token)).toEqual([null, null])
    expect(node.asked[0]?.body).toEqual({ staff: '1001', pin: '1357', till: 't1' })
  })

  it('tells a refusal as the node worded it', async () => {
    const node = new Node()
    node.script.push([409, refusal('shift_needed', { till: 't1' })])
    const error = await node.api.ask('GET', '/api/v1/shift').catch((failed: unknown) => failed)
    expect(error).toBeInstanceOf(Refused)
    expect(error).toMatchObject({
      status: 409,
      problem: { code: 'shift_needed', message: '没有完成', kept: '都还在', next: '请重试', evidence: { till: 't1' } },
    })
  })

  it('fills in what a short refusal leaves out', async () => {
    const node = new Node()
    node.script.push([405, { code: 'method_not_allowed', message: '此地址不支持这种请求' }])
    const error = await node.api.ask('GET', '/api/v1/shift').catch((failed: unknown) => failed)
    expect(error).toMatchObject({ problem: { kept: '', next: '', evidence: {} } })
  })

  it.each([
    ['silence', 'silence' as const],
    ['the page of a proxy', [502, '<html>Bad Gateway</html>'] as [number, unknown]],
    ['half an answer', [200, '{"products": ['] as [number, unknown]],
    ['an error of another shape', [500, { error: 'x' }] as [number, unknown]],
    ['an empty error', [503, ''] as [number, unknown]],
  ])('knows nothing after %s, and asks once', async (_, reply) => {
    const node = new Node()
    node.script.push(reply)
    await expect(node.api.ask('GET', '/api/v1/products')).rejects.toBeInstanceOf(Unreachable)
    expect(node.asked).toHaveLength(1)
  })

  it('says once that the sign-in ended, but not of a wrong PIN', async () => {
    const node = new Node()
    node.script.push([401, refusal('sign_in_refused')])
    await node.api
      .ask('POST', '/api/v1/sign-in', { body: { staff: '1001', pin: '0000', till: 't1' } })
      .catch(() => undefined)
    expect(node.signedOut).toBe(0)
    node.begin()
    node.script.push([401, refusal('signed_out')], [401, refusal('signed_out')])
    await Promise.allSettled([node.api.ask('GET', '/api/v1/shift'), node.api.ask('GET', '/api/v1/me')])
    expect(node.signedOut).toBe(1)
  })

  it('is bound to the document of the API', () => {
    const { api } = new Node()
    const never = () => {
      // @ts-expect-error there is no such path
      void api.ask('GET', '/api/v1/nothing')
      // @ts-expect-error the path has a parameter
      void api.ask('GET', '/api/v1/baskets/{basket}')
      // @ts-expect-error what changes something needs a body of its shape
      void api.act('POST', '/api/v1/shift', { body: { day: '2025-11-22', float: '500' } })
      // @ts-expect-error signing in takes no key
      void api.act('POST', '/api/v1/sign-in', { body: { staff: '1001', pin: '1', till: 't1' } })
    }
    expect(never).toBeTypeOf('function')
  })
})
