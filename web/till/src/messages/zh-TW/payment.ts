/** 繁體中文: paying and its result. */
import type payment from '../zh-CN/payment'

const words: typeof payment = {
  pay: {
    title: '收款', due: '應收', remaining: '還差', change: '找零', received: '實收', paying: '正在收款…', confirm: '完成收款', addPart: '收下這一筆', cash: '現金', stored_value: '儲值', exact: '正好', parts: '已收', removePart: '去掉這一筆', amount: '金額',
    tenders: '支付方式', wechat: '微信', alipay: '支付寶', card: '銀行卡', ref: '付款碼或憑證號(可掃碼)', refHint: '掃描顧客的付款碼,或輸入憑證號', points: '積分', storedHere: '本店可用 {amount}', storedChain: '全連鎖 {amount},截至 {time}', storedNone: '本店沒有可用儲值', storedNeedsMember: '先選會員才能用儲值', storedStopped: '儲值已暫停使用', storedFrozen: '會員已凍結', bad: '請輸入正確的金額。', tooMuch: '這種方式不找零,最多 {amount}。', free: '不用付款,直接完成。', quick: '常用金額',
  },
  result: { done: '收款完成', change: '找零', none: '無需找零', total: '應收', number: '收據號', next: '下一單', hint: '掃描下一件商品即可開始新單', unsynced: '離線完成,稍後自動上傳', left: '儲值本店餘額 {amount}', given: '實收 {amount}' },
}

export default words
