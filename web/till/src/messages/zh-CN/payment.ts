/** 简体中文: paying and its result. */
export default {
  pay: {
    title: '收款', due: '应收', remaining: '还差', change: '找零', received: '实收', paying: '正在收款…', confirm: '完成收款', addPart: '收下这一笔', cash: '现金', stored_value: '储值', exact: '正好', parts: '已收', removePart: '去掉这一笔', amount: '金额',
    tenders: '支付方式', wechat: '微信', alipay: '支付宝', card: '银行卡', ref: '付款码或凭证号(可扫码)', refHint: '扫描顾客的付款码,或输入凭证号', points: '积分', storedHere: '本店可用 {amount}', storedChain: '全连锁 {amount},截至 {time}', storedNone: '本店没有可用储值', storedNeedsMember: '先选会员才能用储值', storedStopped: '储值已暂停使用', storedFrozen: '会员已冻结', bad: '请输入正确的金额。', tooMuch: '这种方式不找零,最多 {amount}。', free: '不用付款,直接完成。', quick: '常用金额',
  },
  result: { done: '收款完成', change: '找零', none: '无需找零', total: '应收', number: '小票号', next: '下一单', hint: '扫描下一件商品即可开始新单', unsynced: '离线完成,稍后自动上传', left: '储值本店余额 {amount}', given: '实收 {amount}' },
}
