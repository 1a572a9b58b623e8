/** 繁體中文: gift cards. */
import type giftCard from '../zh-CN/giftCard'

const words: typeof giftCard = {
  giftCard: {
    title: '禮品卡', hint: '賣禮品卡、查餘額', value: '面額', values: '常用面額', toPay: '收款', confirm: '完成售卡', done: '售卡完成，卡已列印', keep: '憑卡號即可消費，請顧客妥善保管。', next: '再賣一張',
    look: '查餘額', number: '卡號', numberHint: '掃描或輸入 16 位卡號', numberBad: '卡號是 16 位數字。', lookDo: '查詢', here: '本店可用', elsewhere: '其他門市賣出的卡，可以向總部申請在本店使用。', more: '還需要的金額', ask: '向總部申請', asking: '正在申請…', granted: '申請到了，現在就能用。',
  },
}

export default words
