import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { JOBS } from '../src/area'
import { messages as sets, type Words } from '../src/messages'

function flat(node: Words, at = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(node)) {
    if (typeof value === 'string') found.set(at + name, value)
    else for (const [key, text] of flat(value, `${at}${name}.`)) found.set(key, text)
  }
  return found
}

const root = `${import.meta.dirname}/../src`
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name) && !name.startsWith('messages') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(`${root}/${name}`, 'utf8') }))
const messages = { 'zh-CN': await sets['zh-CN'](), 'zh-TW': await sets['zh-TW'](), en: await sets.en() }
const chinese = flat(messages['zh-CN'])
const files = (language: string) => readdirSync(`${root}/messages/${language}`).sort()

describe('the messages', () => {
  it.each(['zh-TW', 'en'] as const)('have the same keys in %s', (language) => {
    expect(files(language)).toEqual(files('zh-CN'))
    expect([...flat(messages[language]).keys()].sort()).toEqual([...chinese.keys()].sort())
  })
  it.each(['zh-CN', 'zh-TW', 'en'] as const)('are nowhere empty in %s', (language) => {
    expect([...flat(messages[language])].filter(([, text]) => !text.trim())).toEqual([])
  })
  it('name the same values in every language', () => {
    const values = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join()
    const others = (['zh-TW', 'en'] as const).map((language) => flat(messages[language]))
    const differ = [...chinese].filter(([key, text]) => others.some((other) => values(other.get(key) ?? '') !== values(text)))
    expect(differ.map(([key]) => key)).toEqual([])
  })
  it('exist for every key that a page names', () => {
    const named = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/(?:(?<![\w.])t\(|\btitle: )'([a-z]\w*(?:\.[\w-]+)+)'/g)].map((hit) => ({ name, key: hit[1] ?? '' })),
    )
    expect(named.length).toBeGreaterThan(50)
    expect(named.filter(({ key }) => !chinese.has(key))).toEqual([])
  })
  it('say the name of every job', () => {
    expect([...JOBS, 'label'].map((job) => `app.nav.${job}`).filter((key) => !chinese.has(key))).toEqual([])
  })
  it('stand nowhere else: no page holds a Chinese word of its own', () => {
    const stray = sources.filter(({ name, text }) => name !== 'i18n.ts' && /[\u4e00-\u9fff]/.test(text))
    expect(stray.map(({ name }) => name)).toEqual([])
  })
})

describe('the pages', () => {
  it('never write HTML: a name that holds a tag stays a name', () => {
    const writes = sources.filter(({ text }) => /v-html|innerHTML|insertAdjacentHTML|document\.write/.test(text))
    expect(writes.map(({ name }) => name)).toEqual([])
  })
  it('bear no styles within the HTML: the page forbids them', () => {
    const styled = sources.filter(({ name, text }) => name.endsWith('.vue') && /<[^>]*\sstyle="/.test(text))
    expect(styled.map(({ name }) => name)).toEqual([])
  })
})

/** Words of the mainland that Taiwan does not use, with what is said there. 點數 stands for points everywhere. */
const MAINLAND: Record<string, string> = {
  積分: '點數', 信息: '資訊', 賬: '帳', 默認: '預設', 缺省: '預設', 打印: '列印', 設置: '設定', 用戶: '使用者', 程序: '程式', 網絡: '網路', 支持: '支援', 刷新: '重新整理',
  導出: '匯出', 導入: '匯入', 數據: '資料', 屏幕: '螢幕', 軟件: '軟體', 硬件: '硬體', 文件: '檔案', 鏈接: '連結', 登錄: '登入', 註銷: '登出', 添加: '新增', 創建: '建立', 自定義: '自訂', 當前: '目前', 列表: '清單',
  搜索: '搜尋', 查找: '搜尋', 批量: '批次', 充值: '儲值', 小票: '收據', 回車: 'Enter', 在線: '線上', 斷網: '斷線', 聯網: '連線', 備注: '備註', 營銷: '行銷', 運營: '營運', 審計: '稽核', 字符: '字元', 粘貼: '貼上', 複選: '核取', 激活: '啟用',
  周期: '週期', 限製: '限制', 提成: '抽成', 支付方式: '付款方式', 優先級: '優先順序', 二維碼: '二維條碼', 門店: '門市',
}
const TILL = await import('../../till/src/messages/zh-TW')
const TILL_CN = await import('../../till/src/messages/zh-CN')

describe('Chinese sentences', () => {
  it.each(['zh-CN', 'zh-TW'] as const)('bear the full-width signs of Chinese in %s', (language) => {
    const till = language === 'zh-CN' ? TILL_CN : TILL
    const all = [...flat(messages[language]), ...flat(till.default as unknown as Words, 'till.')].filter(([, text]) => !text.includes('\r\n')) // a file's example
    expect(all.filter(([, text]) => /[\u4e00-\u9fff”」）][,;:?!]|[,;:?!][\u4e00-\u9fff“「（]/.test(text)).map(([key, text]) => `${key}: ${text}`)).toEqual([])
  })
})

describe('the words for Taiwan', () => {
  const all = [...flat(messages['zh-TW']), ...flat(TILL.default as unknown as Words, 'till.')]

  it('are those of Taiwan, in the console and at the till', () => {
    const found = all.flatMap(([key, text]) => Object.keys(MAINLAND).filter((word) => text.includes(word)).map((word) => `${key}: ${word} → ${MAINLAND[word]}`))
    expect(found).toEqual([])
  })
  it('are written in characters of Taiwan’s own set, Big5', () => {
    const decoder = new TextDecoder('big5')
    const known = new Set<string>()
    for (let lead = 0xa1; lead <= 0xf9; lead += 1) {
      for (let trail = 0x40; trail <= 0xfe; trail += 1) known.add(decoder.decode(Uint8Array.of(lead, trail)))
    }
    expect(known.has('儲')).toBe(true)
    expect(known.has('储')).toBe(false)
    // the name of a language is written in that language
    const wrong = all.filter(([, text]) => text !== '简体中文').flatMap(([key, text]) => [...text].filter((one) => /\p{Script=Han}/u.test(one) && !known.has(one)).map((one) => `${key}: ${one}`))
    expect(wrong).toEqual([])
  })
  it('count table rows as 列, and columns as 欄', () => {
    expect(all.filter(([, text]) => /(\{\w+\}|[0-9]|每一|任[意一]?|哪些) ?行(?![銷業])/.test(text)).map(([key]) => key).filter((key) => !key.startsWith('till.') && !key.startsWith('organisation.'))).toEqual([])
    expect(all.filter(([, text]) => text.includes('“')).map(([key]) => key)).toEqual([])
  })
})
