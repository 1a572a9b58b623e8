/** 简体中文: paying and its result. */
export default {
  pay: {
    slip: '凭证号（照签购单输入）', refNeeded: '至少 {n} 位字母或数字。', memberAsked: '有会员卡吗？没有就关掉这里，再按收款。',
    title: '收款', due: '应收', remaining: '还差', change: '找零', received: '实收', paying: '正在收款…', confirm: '完成收款', addPart: '收下这一笔', cash: '现金', stored_value: '储值', exact: '正好', parts: '已收', removePart: '去掉这一笔', amount: '金额',
    tenders: '支付方式', wechat: '微信', alipay: '支付宝', card: '银行卡', ref: '付款码或凭证号（可扫码）', refHint: '扫描顾客的付款码，或输入凭证号', points: '积分', storedHere: '本店可用 {amount}', storedChain: '全连锁 {amount}，截至 {time}', storedNone: '本店没有可用储值', storedNeedsMember: '先选会员才能用储值', storedStopped: '储值已暂停使用', storedFrozen: '会员已冻结', bad: '请输入正确的金额。', tooMuch: '这种方式不找零，最多 {amount}。', free: '不用付款，直接完成。', quick: '常用金额',
    uses: '计次卡', unionpay: '云闪付', storedShort: '本店只有 {amount} 可用。', pointsNeedMember: '先选会员才能用积分', pointsNone: '没有可抵扣的积分', pointsWorth: '{points} 分抵 {amount}', pointsTake: '用 {points} 分，共有 {available} 分', pointsInexact: '整数积分只能抵 {below} 或 {above}，每次至少 {n} 分。', noTender: '这家店不收{name}。', noTenderNext: '请选择另一种支付方式。', keepChange: '找零存入余额',
    covered: '卡已抵 {amount}',
    gift_card: '礼品卡', giftNumber: '礼品卡号（扫码或输入）', giftNeeded: '请扫描或输入礼品卡号。', giftHint: '扫一下礼品卡', giftHere: '这张卡本店可用 {amount}', giftEmpty: '这张卡在本店没有可用金额。', giftLook: '查这张卡', password: '请顾客输入卡密码', passwordLabel: '卡密码', passwordSubmit: '确认',
    codeNeeded: '请扫描顾客的付款码。', code: '付款码（扫一下就收款）', codeHint: '扫描顾客的付款码',
    memberNeeded: '这里只卖给会员。', memberNeededNext: '请先找到会员，或登记新会员。',
  },
  paperOffer: { question: '要小票吗？', print: '打印', asked: '已送打印。' },
  result: {
    done: '收款完成', change: '找零', none: '无需找零', total: '应收', number: '小票号', next: '下一单', hint: '扫描下一件商品即可开始新单', unsynced: '离线完成，稍后自动上传', left: '储值本店余额 {amount}', given: '实收 {amount}',
    savedChange: '找零已存入余额',
  },
  rights: {
    short: '储值还差 {amount}', beyond: '其他门店还有 {amount}，截至 {time}', ask: '向总部申请 {amount}', again: '再申请 {amount}', waiting: '正在向总部申请 {amount}…', meanwhile: '通常几秒钟。等不及可以停下，先用别的方式收款。', cancel: '不等了', silent: '总部没有答复。', offline: '现在离线，不能向总部申请。', nothing: '其他门店也没有余额。', otherwise: '也可以少用一些，其余换其他方式付款。',
    shortCard: '这张礼品卡还差 {amount}',
  },
  speech: {
    due: '应收 {amount} 元', paid: '收款 {amount} 元', change: '找零 {amount} 元',
  },
  charge: {
    asking: '等顾客付款（{tender}）', askingWhy: '请顾客在手机上确认或输入密码。', unknown: '还不知道付没付成（{tender}）', unknownWhy: '支付平台没有答复，正在一直查询。可以再等，或先用别的方式收款；付成了会列在这里，不会丢。', cancelling: '正在取消（{tender}）', cancellingWhy: '如果顾客其实付成了，钱会自动退回。可以先用别的方式收款。', refused: '没有付成（{tender}）', cancelled: '已取消（{tender}）', refunding: '正在退回（{tender}）', refunded: '已退回（{tender}）', notPaid: '没有收到钱。请顾客换一种方式，或再扫一次。', code_declined: '顾客的付款被拒绝，没有收到钱。请换一种方式，或再扫一次。', cancel: '取消这笔', otherwise: '先用别的方式', again: '知道了', open: '已付未用的款', paidUnused: '顾客已付，还没用上', unknownShort: '正在查询', cancellingShort: '正在取消', use: '用在这单', giveBack: '退回顾客', waiting: '等顾客付款…',
    kept: '顾客已付的钱留着：下次收款时用上，或退回顾客。',
  },
}
