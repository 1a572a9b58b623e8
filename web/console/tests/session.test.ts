import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { RouteLocationNormalized } from 'vue-router'
import { office, Refusal, USER } from './office'

beforeEach(() => {
  vi.resetModules()
  sessionStorage.clear()
})
afterEach(() => vi.unstubAllGlobals())

const load = async () => ({ ...(await import('../src/session')), ...(await import('../src/router')), ...(await import('../src/api')) })
const place = (router: { resolve(to: string): unknown }, path: string) => router.resolve(path) as RouteLocationNormalized

describe('the session', () => {
  it('is a new token at each sign-in, kept in this tab alone and sent as a bearer', async () => {
    const asked = office(({ path }) => (path.endsWith('sign-in') ? { token: 'fresh', expires_at: 1, user: USER } : { users: [] }))
    const { api, me, signIn } = await load()
    sessionStorage.setItem('stayopen.office.token', 'planted')
    await signIn('wangfang', 'a long password')
    await api.ask('GET', '/office/v1/users')
    expect(me.value?.name).toBe('wangfang')
    expect(asked[1]?.token).toBe('Bearer fresh')
    expect(sessionStorage.getItem('stayopen.office.token')).toBe('fresh')
    expect(Object.keys(localStorage).filter((key) => key.includes('token'))).toEqual([])
  })

  it('is left at a 401, and one comes back to where one was', async () => {
    sessionStorage.setItem('stayopen.office.token', 'kept')
    let over = false
    office(({ path }) => (over ? new Refusal(401, 'signed_out') : path.endsWith('/me') ? USER : {}))
    const { api, me, resume, router, wanted } = await load()
    await resume()
    await router.push('/nowhere/at-all?q=%E5%BC%A0')
    over = true
    await expect(api.ask('GET', '/office/v1/users')).rejects.toThrow()
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('sign-in'))
    expect(me.value).toBeNull()
    expect(sessionStorage.getItem('stayopen.office.token')).toBeNull()
    expect(wanted(router.currentRoute.value.query)).toBe('/nowhere/at-all?q=%E5%BC%A0')
  })

  it('never leads to another site after the sign-in', async () => {
    const { wanted, home } = await load()
    for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '']) {
      expect(wanted({ to })).toEqual(home())
    }
  })

  it('lets nobody pass who is not signed in, and nobody else than to the password who must change it', async () => {
    const { guard, me, router } = await load()
    const to = place(router, '/nowhere')
    expect(await guard(to)).toEqual({ name: 'sign-in', query: { to: '/nowhere' } })
    me.value = { ...USER, must_change: true }
    expect(await guard(to)).toMatchObject({ name: 'password' })
    expect(await guard(place(router, '/password'))).toBe(true)
    me.value = USER
    expect(await guard(to)).toBe(true)
  })

  it('hides every page whose duty one has not', async () => {
    const { guard, me, router } = await load()
    const { pages } = await import('../src/area')
    me.value = { ...USER, duties: [] }
    await nextTick()
    for (const page of pages.filter(({ meta }) => meta?.duty)) {
      const path = page.path.replace(/:\w+(\([^)]*\))?\??/g, '0a'.repeat(16))
      expect(await guard(place(router, path)), path).toMatchObject({ name: 'missing' })
    }
  })

  it('changes the password and goes on with a new token, for all others have ended', async () => {
    let n = 0
    const asked = office(({ path }) => (path.endsWith('sign-in') ? { token: `t${(n += 1)}`, expires_at: 1, user: USER } : { done: true }))
    const { changePassword, signIn } = await load()
    await signIn('wangfang', 'given password')
    await changePassword('given password', 'my own password')
    expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual(['sign-in', 'password', 'sign-in'])
    expect(asked[2]?.body).toEqual({ name: 'wangfang', password: 'my own password' })
    expect(sessionStorage.getItem('stayopen.office.token')).toBe('t2')
  })
})
