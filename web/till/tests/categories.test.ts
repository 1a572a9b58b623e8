import { beforeEach, describe, expect, it, vi } from 'vitest'
import { api } from '../src/stores/node'
import { bar, category, readCategories } from '../src/stores/products'

const TREE = [
  ['生鲜', ''],
  ['饮品', ''],
  ['咖啡', '饮品'],
  ['手冲', '咖啡'],
  ['奶茶', '饮品'],
] as const

async function tell(tree: readonly (readonly [string, string])[]): Promise<void> {
  vi.spyOn(api, 'ask').mockResolvedValue({ categories: tree.map(([name, parent]) => ({ name, parent, items: 1 })) })
  await readCategories()
}

describe('the bar of categories', () => {
  beforeEach(() => {
    vi.restoreAllMocks()
    category.value = ''
  })

  it.each([
    ['', [], ['生鲜', '饮品']],
    ['生鲜', [], ['生鲜', '饮品']],
    ['饮品', ['饮品'], ['咖啡', '奶茶']],
    ['奶茶', ['饮品'], ['咖啡', '奶茶']],
    ['咖啡', ['饮品', '咖啡'], ['手冲']],
    ['手冲', ['饮品', '咖啡'], ['手冲']],
    ['gone', [], ['生鲜', '饮品']],
  ])('of %o shows what stands above and what to choose from', async (chosen, path, names) => {
    await tell(TREE)
    category.value = chosen
    expect(bar.value).toEqual({ path, names })
  })

  it('ends with rows that make a loop', async () => {
    await tell([
      ['a', 'b'],
      ['b', 'a'],
    ])
    category.value = 'a'
    expect(bar.value.path).toEqual(['b', 'a'])
  })
})
