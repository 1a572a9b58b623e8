/** 简体中文: sales found again, goods taken back, claims, papers, the drawer. */
export default {
  sales: {
    title: '销售单据', hint: '查单、退货、补打小票', find: '小票号，或扫小票上的码', look: '查找', more: '更早的单据', empty: '还没有销售单据', emptyHint: '收款完成后，单据会出现在这里。', pick: '从左边点一张单据，或扫顾客小票上的码。',
    refunded: '有退货', cashier: '收银员', member: '会员', total: '合计', lines: '商品', left: '可退 {n}', back: '已退完', reprint: '补打', refund: '退货', nothingLeft: '已全部退完', needsClaim: '这张单的退货要由总部放款：请扫小票上的码登记跨店退货。',
    otherPaper: '这是{kind}的凭条，不是销售小票。', scanHere: '这里只认小票上的码。', badNumber: '小票号没有这么长，请核对。', points: '得积分 {n}', list: '单据列表',
  },
  paper: { sale: '销售', refund: '退货', top_up: '充值', withdraw: '退储值', shift: '班次', claim: '跨店退货', drawer: '开钱箱', plan: '办卡', slip: '凭条' },
  refund: {
    title: '退货 {number}', choose: '退哪些商品', all: '全部退', none: '重选', quantity: '退货数量', of: '可退 {n}', less: '少退一件', more: '多退一件', bad: '最多可退 {n}。', way: '钱退到哪里', original: '原路退回', cash: '退现金', whyCash: '支付的现金部分和其他收款都退现金，储值仍退回会员账户。', whyOriginal: '按原来的支付方式各退各的。',
    reason: '退货原因', linesNeeded: '先点要退的商品。', submit: '退货', will: '将退', value: '退回会员账户', points: '收回积分 {n}', approve: '退货', computing: '正在计算…',
    done: '退货完成', money: '请退给顾客', owed: '积分已用掉 {n}，记在会员名下', printed: '退货凭条已送打印。', toSales: '返回单据', noMoney: '没有要退的钱',
    r1: '不想要了', r2: '质量问题', r3: '买错了', r4: '多扫了', r5: '价格不对',
  },
  claim: {
    title: '跨店退货', hint: '其他门店卖出的商品', of: '门店 {seller} · {day} · 合计 {total}', unchecked: '这张小票的签名在本店无法核对，对方门店会核对。', why: '先收下商品。对方门店确认后，在这里付款给顾客；两边都在线时通常几秒就好。', line: '小票上第几行商品', quantity: '数量', add: '再加一行', drop: '去掉', lineBad: '请输入 1 到 {n} 的行号。', quantityBad: '数量要大于 0，最多三位小数。', twice: '这一行已经写过。',
    submit: '收下商品', approve: '跨店退货', made: '已收下商品，等门店 {seller} 确认。', open: '未结的跨店退货', empty: '没有未结的跨店退货', emptyHint: '顾客拿其他门店的小票来退货时，扫小票上的码。', scan: '扫其他门店小票上的码，开始登记。',
    to_release: '等对方门店确认', released: '可以付款', refused: '对方没有放款', paid: '已付款', lines: '{n} 行商品', pay: '付款给顾客', paying: '付款方式', done: '已付给顾客', refresh: '刷新', seller: '门店 {seller}', number: '编号 {id}',
  },
  papers: {
    title: '打印任务', hint: '等待打印的小票，重打或取消', waiting: '等待打印', recent: '最近的', empty: '没有等待打印的小票', emptyHint: '打印机一切正常。', retry: '重新打印', cancel: '不打了', approve: '取消打印', copy: '补打', unsure: '可能已打出过', tries: '已试 {n} 次', more: '更早的',
    bad: '模板 {setting} 第 {line} 行有错，暂用内置模板。', s_waiting: '等待中', s_printing: '正在打印', s_done: '已打印', s_expired: '没有打出', s_cancelled: '不打印', asked: '已送打印',
  },
  reprint: { title: '补打小票', submit: '补打', done: '已送打印，小票上标有“补打”。', r1: '顾客要一份', r2: '卡纸没打清', r3: '开发票用' },
  drawer: { title: '开钱箱', hint: '不收款打开钱箱，要写原因', why: '开钱箱会记下时间、原因和批准人。', submit: '打开钱箱', approve: '开钱箱', done: '钱箱已打开', r1: '换零钱', r2: '核对现金', r3: '放错钱' },
  reason: { label: '原因', other: '其他原因', needed: '请选或填写原因。', long: '最多 200 个字。' },
}
