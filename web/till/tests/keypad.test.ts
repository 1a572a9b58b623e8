import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import NumberPad from '../src/components/NumberPad.vue'

function pad(props: Record<string, unknown>) {
  const wrapper = mount(NumberPad, {
    props: {
      modelValue: '',
      'onUpdate:modelValue': (value: string) => wrapper.setProps({ modelValue: value }),
      'onUpdate:fresh': (value: boolean) => wrapper.setProps({ fresh: value }),
      ...props,
    },
  })
  const press = async (...keys: string[]) => {
    for (const key of keys) await wrapper.findAll('button').find((button) => button.text() === key)?.trigger('click')
    return wrapper.props('modelValue')
  }
  return { wrapper, press }
}

describe('the keypad', () => {
  it('types digits and takes the last one back', async () => {
    expect(await pad({}).press('1', '2', '3', '⌫')).toBe('12')
  })
  it('takes two decimals of money and no third', async () => {
    expect(await pad({ decimals: 2 }).press('1', '2', '.', '5', '0', '9')).toBe('12.50')
  })
  it('begins a bare point with a nought and takes no second point', async () => {
    expect(await pad({ decimals: 3 }).press('.', '.', '7')).toBe('0.7')
  })
  it('replaces a suggested figure by the first key', async () => {
    const { press, wrapper } = pad({ modelValue: '35.50', fresh: true, decimals: 2 })
    expect(await press('5', '0')).toBe('50')
    expect(wrapper.props('fresh')).toBe(false)
  })
  it('types no more than fits', async () => {
    expect(await pad({ longest: 4 }).press('1', '2', '3', '4', '5')).toBe('1234')
  })
})
