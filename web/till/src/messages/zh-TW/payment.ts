/** 繁體中文: paying and its result. */
import type payment from '../zh-CN/payment'

const words: typeof payment = {
  pay: {
    slip: '憑證號（照簽單輸入）', refNeeded: '至少 {n} 碼字母或數字。', memberAsked: '有會員卡嗎？沒有就關掉這裡，再按收款。',
    title: '收款', due: '應收', remaining: '還差', change: '找零', received: '實收', paying: '正在收款…', confirm: '完成收款', addPart: '收下這一筆', cash: '現金', stored_value: '儲值', exact: '正好', parts: '已收', removePart: '去掉這一筆', amount: '金額',
    tenders: '付款方式', wechat: '微信', alipay: '支付寶', card: '銀行卡', ref: '付款碼或憑證號（可掃碼）', refHint: '掃描顧客的付款碼，或輸入憑證號', points: '點數', storedHere: '本店可用 {amount}', storedChain: '全連鎖 {amount}，截至 {time}', storedNone: '本店沒有可用儲值', storedNeedsMember: '先選會員才能用儲值', storedStopped: '儲值已暫停使用', storedFrozen: '會員已凍結', bad: '請輸入正確的金額。', tooMuch: '這種方式不找零，最多 {amount}。', free: '不用付款，直接完成。', quick: '常用金額',
    uses: '計次卡', unionpay: '雲閃付', storedShort: '本店只有 {amount} 可用。', pointsNeedMember: '先選會員才能用點數', pointsNone: '沒有可折抵的點數', pointsWorth: '{points} 點抵 {amount}', pointsTake: '用 {points} 點，共有 {available} 點', pointsInexact: '整數點數只能抵 {below} 或 {above}，每次至少 {n} 點。', noTender: '這家店不收{name}。', noTenderNext: '請選擇另一種付款方式。', keepChange: '找零存入餘額',
    covered: '卡已抵 {amount}',
    gift_card: '禮品卡', giftNumber: '禮品卡號（掃碼或輸入）', giftNeeded: '請掃描或輸入禮品卡號。', giftHint: '掃一下禮品卡', giftHere: '這張卡本店可用 {amount}', giftEmpty: '這張卡在本店沒有可用金額。', giftLook: '查這張卡', password: '請顧客輸入卡密碼', passwordLabel: '卡密碼', passwordSubmit: '確認',
    codeNeeded: '請掃描顧客的付款碼。', code: '付款碼（掃一下就收款）', codeHint: '掃描顧客的付款碼',
    memberNeeded: '這裡只賣給會員。', memberNeededNext: '請先找到會員，或登記新會員。',
  },
  paperOffer: { question: '要收據嗎？', print: '列印', asked: '已送列印。' },
  result: {
    done: '收款完成', change: '找零', none: '無需找零', total: '應收', number: '收據號', next: '下一單', hint: '掃描下一件商品即可開始新單', unsynced: '離線完成，稍後自動上傳', left: '儲值本店餘額 {amount}', given: '實收 {amount}',
    savedChange: '找零已存入餘額',
  },
  rights: {
    short: '儲值還差 {amount}', beyond: '其他門市還有 {amount}，截至 {time}', ask: '向總部申請 {amount}', again: '再申請 {amount}', waiting: '正在向總部申請 {amount}…', meanwhile: '通常幾秒鐘。等不及可以停下，先用別的方式收款。', cancel: '不等了', silent: '總部沒有答覆。', offline: '現在離線，不能向總部申請。', nothing: '其他門市也沒有餘額。', otherwise: '也可以少用一些，其餘換其他方式付款。',
    shortCard: '這張禮品卡還差 {amount}',
  },
  speech: {
    due: '應收 {amount} 元', paid: '收款 {amount} 元', change: '找零 {amount} 元',
  },
  charge: {
    asking: '等顧客付款（{tender}）', askingWhy: '請顧客在手機上確認或輸入密碼。', unknown: '還不知道付成了沒有（{tender}）', unknownWhy: '支付平台沒有答覆，正在一直查詢。可以再等，或先用別的方式收款；付成了會列在這裡，不會丟。', cancelling: '正在取消（{tender}）', cancellingWhy: '如果顧客其實付成了，錢會自動退回。可以先用別的方式收款。', refused: '沒有付成（{tender}）', cancelled: '已取消（{tender}）', refunding: '正在退回（{tender}）', refunded: '已退回（{tender}）', notPaid: '沒有收到錢。請顧客換一種方式，或再掃一次。', code_declined: '顧客的付款被拒絕，沒有收到錢。請換一種方式，或再掃一次。', cancel: '取消這筆', otherwise: '先用別的方式', again: '知道了', open: '已付未用的款', paidUnused: '顧客已付，還沒用上', unknownShort: '正在查詢', cancellingShort: '正在取消', use: '用在這單', giveBack: '退回顧客', waiting: '等顧客付款…',
    kept: '顧客已付的錢留著：下次收款時用上，或退回顧客。',
  },
}

export default words
