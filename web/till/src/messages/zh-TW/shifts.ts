/** 繁體中文: shifts. */
import type shifts from '../zh-CN/shifts'

const words: typeof shifts = {
  shift: {
    title: '開班', why: '先點清錢箱裡的備用金,開班後才能收銀。', day: '營業日期', float: '備用金', submit: '開班', day_bad: '請按 年-月-日 輸入營業日期。',
    counted: '本班次已點鈔,等待交班', countedWhy: '交班完成後才能再收銀。未結的單據都還在。', refresh: '再看一次',
  },
}

export default words
