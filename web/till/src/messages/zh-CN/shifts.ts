/** 简体中文: shifts. */
export default {
  shift: {
    title: '开班', why: '先点清钱箱里的备用金，开班后才能收银。', day: '营业日期', float: '备用金', submit: '开班', day_bad: '请按 年-月-日 输入营业日期。', otherDay: '营业日期不是今天，请确认。',
    page: '班次', pageHint: '放入取出现金、X 报表、交班', since: '{day} · {staff} 开班', cashIn: '放入现金', cashInHint: '补零钱、备用金', cashOut: '取出现金', cashOutHint: '存银行、买用品', x: '打印 X 报表', xHint: '到现在为止的数字，班次不结束', xPrinted: 'X 报表已送打印。', end: '点钞交班', endHint: '点清现金，打印 Z 报表，换人', approveX: '打印 X 报表', figures: '到现在为止', figuresHint: '只有主管能在屏幕上看；收银员盲点现金。',
    amount: '金额', amountBad: '请输入正确的金额。', amountNeeded: '请输入金额。', in: '放入', out: '取出', doneIn: '已记下放入现金。', doneOut: '已记下取出现金。',
    i1: '补零钱', i2: '补备用金', o1: '存银行', o2: '买用品', o3: '付运费',
    count: '点钞', countWhy: '按面值数一数钱箱里的现金。应有多少，点完才告诉您。', pieces: '{value} 的张数', counted: '现金合计', next: '点完了', piecesBad: '请输入整数张数，最多 100000。', slips: '其他收款的凭条合计（选填）', slip: '{name}合计', sure: '钱箱是空的？', sureWhy: '没有填任何张数，会记成现金 0.00。', sureDo: '是空的',
    closing: '交班', closingWhy: '现金已点好，现在不能收款。主管批准后交班，并打印 Z 报表。', again: '重新点钞', close: '交班', approve: '交班', differs: '点钞和应有金额不符：{amount}。请重新点钞，或写明原因再交班。', reason: '差异原因', d1: '找错零', d2: '漏记支出', d3: '原因不明',
    zDone: '交班完成', expected: '应有', found: '实点', delta: '差异', tender: '支付方式', even: '分文不差', more: '多 {amount}', short: '少 {amount}', handover: '下一位登录', goOn: '我继续开班', zPrinted: 'Z 报表已送打印。',
    opening: '备用金', cash_in: '放入', cash_out: '取出', sales: '销售笔数', sold: '销售额', saved: '优惠', rounding: '抹零', refunds: '退货笔数', refunded: '退货额', top_ups: '充值笔数', topped_up: '充值额', plans: '办卡笔数', plans_sold: '办卡额', withdrawals: '退储值笔数', withdrawn: '退储值额', claims_paid: '跨店退货笔数', claims_amount: '跨店退货额', received: '收入', paid_out: '支出',
  },
}
