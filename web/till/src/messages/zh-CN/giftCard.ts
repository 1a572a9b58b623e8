/** 简体中文: gift cards. */
export default {
  giftCard: {
    title: '礼品卡', hint: '卖礼品卡、查余额', value: '面额', values: '常用面额', toPay: '收款', confirm: '完成售卡', done: '售卡完成，卡已打印', keep: '凭卡号即可消费，请顾客妥善保管。', next: '再卖一张',
    look: '查余额', number: '卡号', numberHint: '扫描或输入 16 位卡号', numberBad: '卡号是 16 位数字。', lookDo: '查询', here: '本店可用', elsewhere: '其他门店卖出的卡，可以向总部申请在本店使用。', more: '还需要的金额', ask: '向总部申请', asking: '正在申请…', granted: '申请到了，现在就能用。',
  },
}
