/** 繁體中文: top-ups. */
import type topUp from '../zh-CN/topUp'

const words: typeof topUp = {
  topUp: {
    title: '儲值', hint: '選金額和活動，收款', who: '先找到要儲值的會員。', amount: '儲值金額', rule: '活動', rules: '儲值活動', none: '不參加活動', noneHint: '任意金額', toPay: '收款', confirm: '完成儲值', finish: '完成', done: '儲值完成', given: '贈送', left: '本店可用儲值',
    from: '滿 {amount}', between: '{from} 到 {to}', bonus: '送 {amount}', bonusShare: '送儲值額的 {percent}%', lasts: ',{n} 天內有效', points: '送 {n} 點', staged: '{n} 天後再送 {amount}', returned: '其中 {amount} 已由總部調配，其他門市馬上也能用。',
  },
}

export default words
