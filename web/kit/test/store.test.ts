// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { browserStore } from '../src'

beforeEach(() => localStorage.clear())

describe('the browser’s shelf', () => {
  it('keeps what belongs to training apart from what is real', () => {
    const [real, training] = [browserStore(), browserStore('stayopen.training.')]
    real.set('till.t1.n', '7')
    training.set('till.t1.n', '1')
    expect([real.get('till.t1.n'), training.get('till.t1.n')]).toEqual(['7', '1'])
    training.remove('till.t1.n')
    expect([real.get('till.t1.n'), training.get('till.t1.n')]).toEqual(['7', null])
  })
})
