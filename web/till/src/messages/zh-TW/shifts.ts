/** 繁體中文: shifts. */
import type shifts from '../zh-CN/shifts'

const words: typeof shifts = {
  shift: {
    title: '開班', why: '先點清錢箱裡的備用金，開班後才能收銀。', day: '營業日期', float: '備用金', submit: '開班', day_bad: '請按 年-月-日 輸入營業日期。', otherDay: '營業日期不是今天，請確認。',
    page: '班次', pageHint: '放入取出現金、X 報表、交班', since: '{day} · {staff} 開班', cashIn: '放入現金', cashInHint: '補零錢、備用金', cashOut: '取出現金', cashOutHint: '存銀行、買用品', x: '列印 X 報表', xHint: '到現在為止的數字，班次不結束', xPrinted: 'X 報表已送列印。', end: '點鈔交班', endHint: '點清現金，列印 Z 報表，換人', approveX: '列印 X 報表', figures: '到現在為止', figuresHint: '只有主管能在螢幕上看；收銀員盲點現金。',
    amount: '金額', amountBad: '請輸入正確的金額。', amountNeeded: '請輸入金額。', in: '放入', out: '取出', doneIn: '已記下放入現金。', doneOut: '已記下取出現金。',
    i1: '補零錢', i2: '補備用金', o1: '存銀行', o2: '買用品', o3: '付運費',
    count: '點鈔', countWhy: '按面值數一數錢箱裡的現金。應有多少，點完才告訴您。', pieces: '{value} 的張數', counted: '現金合計', next: '點完了', piecesBad: '請輸入整數張數，最多 100000。', slips: '其他收款的憑條合計（選填）', slip: '{name}合計', sure: '錢箱是空的？', sureWhy: '沒有填任何張數，會記成現金 0.00。', sureDo: '是空的',
    closing: '交班', closingWhy: '現金已點好，現在不能收款。主管批准後交班，並列印 Z 報表。', again: '重新點鈔', close: '交班', approve: '交班', differs: '點鈔和應有金額不符：{amount}。請重新點鈔，或寫明原因再交班。', reason: '差異原因', d1: '找錯零', d2: '漏記支出', d3: '原因不明',
    zDone: '交班完成', expected: '應有', found: '實點', delta: '差異', tender: '付款方式', even: '分文不差', more: '多 {amount}', short: '少 {amount}', handover: '下一位登入', goOn: '我繼續開班', zPrinted: 'Z 報表已送列印。',
    opening: '備用金', cash_in: '放入', cash_out: '取出', sales: '銷售筆數', sold: '銷售額', saved: '優惠', rounding: '抹零', refunds: '退貨筆數', refunded: '退貨額', top_ups: '儲值筆數', topped_up: '儲值額', plans: '辦卡筆數', plans_sold: '辦卡額', withdrawals: '退儲值筆數', withdrawn: '退儲值額', claims_paid: '跨店退貨筆數', claims_amount: '跨店退貨額', received: '收入', paid_out: '支出',
  },
}

export default words
