/** 简体中文: the selling screen and its dialogs. */
export default {
  basket: {
    title: '当前单', empty: '扫描商品,或从右侧点选', emptyHint: '按 F9 输入条码、名称或拼音首字母', saved: '已优惠', rounding: '抹零', total: '应收',
    pay: '收款', hold: '挂单', items: '{n} 行', quantity: '数量', discount: '折扣', remove: '删除', more: '加一', less: '减一', noPrice: '这张单暂时算不出价格,请删去有问题的商品。',
    line: '{name},数量 {quantity},{amount} 元', clearTitle: '清空这张单?', clearWhy: '{n} 行商品会从单上删去,不能恢复。', clearDo: '清空', list: '商品行',
  },
  steps: {
    list: '原价', open_price: '自定金额', override: '改价', level: '会员价', tier: '会员折扣', label: '标签价', line_discount: '单品折扣', order_discount: '整单折扣', rounding: '抹零', other: '优惠',
  },
  search: { label: '添加商品', placeholder: '条码 / 名称 / 拼音首字母(F9)', none: '没有找到“{q}”', noneHint: '请检查输入,或换名称、编号、拼音首字母再试。', clear: '清除' },
  grid: { all: '全部', empty: '还没有商品', emptyHint: '请店长先录入商品,或在总部下发商品资料。', more: '更多商品', categories: '商品分类', perUnit: '/{unit}' },
  choose: { title: '这个条码对应多个商品', why: '请点选顾客手里的那一个。' },
  more: { title: '更多功能', members: '会员', sales: '单据', shift: '班次', system: '系统' },
  rail: { more: '更多', walkIn: '散客', add: '加商品', recall: '取单', member: '会员', discount: '整单折扣', clear: '清空', shortcuts: '快捷键', label: '功能键' },
  hold: { title: '挂单', note: '备注(桌号、姓氏…)', submit: '挂起', done: '已挂单', hint: '在任何一台收银机都能取回。' },
  recall: { title: '取单', empty: '没有挂起的单', emptyHint: '收银时按 F7 挂单,之后在任何一台收银机取回。', lines: '{n} 行', by: '{staff} · {till}', swapped: '当前单已先挂起,没有丢失。', noNote: '无备注', member: '会员单' },
  quantity: { title: '数量', weight: '重量({unit})', bad: '数量要大于 0,最多三位小数。', submit: '改好' },
  discount: {
    line: '单品折扣', order: '整单折扣', percent: '按比例', amount: '减金额', fold: '{fold} 折', percentLabel: '减免比例(%)', amountLabel: '减免金额(元)', reason: '原因', remove: '取消折扣', submit: '打折', bad: '请输入 0.1 到 100 之间的比例。', badAmount: '请输入正确的金额。', is: '相当于 {fold} 折',
  },
  shortcuts: {
    title: '快捷键', selling: '收银', paying: '收款', pay: '收款', member: '查找会员', discount: '整单折扣', lineDiscount: '选中行折扣', walkIn: '改为散客', hold: '挂单', recall: '取单', add: '加商品', quantity: '改数量', remove: '删除选中行', select: '选择商品行', enter: '加入商品;搜索框空时收款', back: '返回,什么都不会丢', sheet: '打开这张表',
    cash: '现金', stored: '储值', external: '其他支付方式', confirm: '完成收款', next: '下一单', scan: '扫码随时可用,不管光标在哪里,中文输入法开着也行。',
  },
}
