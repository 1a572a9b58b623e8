import { afterEach, describe, expect, it, vi } from 'vitest'
import { bytesOf, PHOTO_MAX, smallEnough, startCamera, whyNot } from '../src/members/camera'

/** base64 of so many bytes. */
const jpeg = (bytes: number): string => 'A'.repeat(Math.ceil((bytes * 4) / 3))

afterEach(() => vi.unstubAllGlobals())

describe('a photo of a member', () => {
  it('is the best that is small enough', () => {
    const tried: string[] = []
    const photo = smallEnough((edge, quality) => {
      tried.push(`${edge}@${quality}`)
      return jpeg(edge === 240 ? 40_000 : 20_000)
    })
    expect([bytesOf(photo) <= PHOTO_MAX, tried.at(-1), tried.length]).toEqual([true, '200@0.85', 5])
  })
  it('is none when even the smallest is too large, or when nothing could be drawn', () => {
    expect([smallEnough(() => jpeg(90_000)), smallEnough(() => '')]).toEqual(['', ''])
  })
  it.each([
    ['NotAllowedError', 'photo.refused'],
    ['SecurityError', 'photo.refused'],
    ['NotFoundError', 'photo.none'],
    ['NotReadableError', 'photo.used'],
    ['TypeError', 'photo.broken'],
  ])('that cannot be taken says why: %s', (name, word) => {
    expect(whyNot(new DOMException('', name))).toBe(word)
  })
  it('is refused in words where the browser gives a page no cameras at all', async () => {
    vi.stubGlobal('navigator', {})
    expect(whyNot(await startCamera().catch((error: unknown) => error))).toBe('photo.refused')
  })
})
