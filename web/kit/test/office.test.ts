import { describe, expect, it } from 'vitest'
import { createOffice, Refused, Unreachable } from '../src'

const problem = (code: string) => ({ code, message: '不行', kept: '', next: '', evidence: {} })

function made(...answers: (Response | Error)[]) {
  const asked: Request[] = []
  let ended = 0
  const office = createOffice('http://office.example', {
    language: () => 'zh-TW',
    signedOut: () => (ended += 1),
    fetch: async (request) => {
      asked.push(request)
      const answer = answers.shift() ?? new Error('nothing left')
      if (answer instanceof Error) throw answer
      return answer
    },
  })
  return { office, asked, ended: () => ended }
}

describe('the office', () => {
  it('is asked with the token in the header alone, and in the reader’s language', async () => {
    const { office, asked } = made(Response.json({ users: [] }), Response.json({ done: true }))
    await office.ask('GET', '/office/v1/users')
    office.begin('secret')
    await office.ask('POST', '/office/v1/sign-out')
    expect(asked.map(({ headers }) => headers.get('Authorization'))).toEqual([null, 'Bearer secret'])
    expect(asked[1]?.url).toBe('http://office.example/office/v1/sign-out')
    expect(asked[1]?.headers.get('Accept-Language')).toBe('zh-TW')
    expect(asked[1]?.credentials).not.toBe('include')
  })

  it('says once that the sign-in has ended, and not for a password that was wrong', async () => {
    const refusals = [problem('signed_out'), problem('signed_out'), problem('sign_in_refused')]
    const { office, asked, ended } = made(...refusals.map((body) => Response.json(body, { status: 401 })))
    office.begin('old')
    await expect(office.ask('GET', '/office/v1/me')).rejects.toBeInstanceOf(Refused)
    await expect(office.ask('GET', '/office/v1/me')).rejects.toBeInstanceOf(Refused)
    expect(ended()).toBe(1)
    expect(asked[1]?.headers.get('Authorization')).toBeNull()
    office.begin('new')
    await expect(office.ask('GET', '/office/v1/me')).rejects.toMatchObject({ problem: { code: 'sign_in_refused' } })
    expect(ended()).toBe(1)
  })

  it.each([
    ['no answer', new Error('down')],
    ['a proxy’s page', new Response('<h1>502</h1>', { status: 502 })],
    ['half an answer', new Response('{"users": [')],
  ])('is unreachable behind %s', async (_, answer) => {
    const { office } = made(answer)
    await expect(office.ask('GET', '/office/v1/users')).rejects.toBeInstanceOf(Unreachable)
  })

  it('hands out files under the names that they were given, and takes no path out of its place', async () => {
    const { office, asked } = made(new Response('a,b', { headers: { 'Content-Disposition': 'attachment; filename="sales.csv"' } }))
    const file = await office.file('/office/v1/jobs/{job}/file', { job: '../users' })
    expect(file.name).toBe('sales.csv')
    expect(await file.data.text()).toBe('a,b')
    expect(asked[0]?.url).toBe('http://office.example/office/v1/jobs/..%2Fusers/file')
  })
})
