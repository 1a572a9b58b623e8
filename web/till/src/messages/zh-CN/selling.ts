/** 简体中文: the selling screen and its dialogs. */
export default {
  basket: {
    title: '当前单', empty: '扫描商品，或从右侧点选', saved: '已优惠', rounding: '抹零', total: '应收',
    pay: '收款', hold: '挂单', items: '{n} 行', quantity: '数量', discount: '折扣', remove: '删除', more: '加一', less: '减一', noPrice: '这张单暂时算不出价格，请删去有问题的商品。',
    clearTitle: '清空这张单？', clearWhy: '{n} 行商品会从单上删去，不能恢复。', clearDo: '清空', list: '商品行',
    emptyHint: '按 {key} 输入条码、名称或拼音首字母',
  },
  steps: {
    list: '原价', open_price: '自定金额', override: '改价', level: '会员价', tier: '会员折扣', line_discount: '单品折扣', order_discount: '整单折扣', rounding: '抹零', other: '优惠',
    promotion: '促销', plan: '用卡',
  },
  search: {
    label: '添加商品', none: '没有找到“{q}”', noneHint: '请检查输入，或换名称、编号、拼音首字母再试。', clear: '清除',
    placeholder: '条码 / 名称 / 拼音首字母（{key}）',
  },
  grid: { all: '全部', empty: '还没有商品', emptyHint: '请店长先录入商品，或在总部下发商品资料。', more: '更多商品', categories: '商品分类', perUnit: '/{unit}' },
  choose: { title: '这个条码对应多个商品', why: '请点选顾客手里的那一个。' },
  more: { title: '更多功能', members: '会员', sales: '单据', shift: '班次', system: '系统' },
  rail: {
    more: '更多', walkIn: '散客', add: '加商品', recall: '取单', member: '会员', discount: '整单折扣', clear: '清空', shortcuts: '快捷键', label: '功能键',
    quick: '快速收银',
  },
  hold: { title: '挂单', note: '备注（桌号、姓氏…）', submit: '挂起', done: '已挂单', hint: '在任何一台收银机都能取回。' },
  recall: {
    title: '取单', empty: '没有挂起的单', lines: '{n} 行', by: '{staff} · {till}', swapped: '当前单已先挂起，没有丢失。', noNote: '无备注', member: '会员单',
    emptyHint: '收银时按 {key} 挂单，之后在任何一台收银机取回。', others: '其他收银台正开着的单', othersHint: '那台收银机坏了才接过来；接过来后它就不在那边了。', take: '接过来', takeWhat: '接过收银台 {till} 的单',
  },
  quantity: {
    title: '数量', weight: '重量（{unit}）', bad: '数量要大于 0，最多三位小数。', 
    weighing: '正在等秤稳定…', weigh: '取秤上重量',
    emptyScale: '秤上没有东西。放上商品再取，或直接输入重量。',
    submit: '确定',
  },
  discount: {
    line: '单品折扣', order: '整单折扣', percent: '按比例', amount: '减金额', fold: '{fold} 折', percentLabel: '减免比例（%）', amountLabel: '减免金额（元）', reason: '原因', remove: '取消折扣', submit: '打折', bad: '请输入 0.1 到 100 之间的比例。', badAmount: '请输入正确的金额。', is: '相当于 {fold} 折',
  },
  line: {
    open: '这一行还能做什么', price: '改价', note: '备注', attendant: '服务人员', weight: '重量', remove: '从单上删去',
  },
  explain: {
    title: '价格是怎么来的', whole: '这张单的价格', subtotal: '原价合计', sum: '本行应收', tapLine: '点一行商品，可以看这一行的每一步。', list: '原价 {price} × {quantity}', label: '标签上的价格', open_price: '自定价 {price} × {quantity}', override: '改价为 {price}', level: '会员价 {price}', tier: '会员折扣 {off}', promotion: '促销：{name}', promotionPart: '促销：{name}（其中 {quantity} 件）', line_discount: '单品折扣 {off}', order_discount: '整单折扣 {off}', plan: '{name}：用 {n} 次', by: '（{staff} 批准）',
    covered: '卡已抵',
  },
  near: {
    title: '差一点就能享受', or: '或', amongOthers: '{goods}等', amount: '再买 {amount}', amountOf: '{goods}再买 {amount}', pieces: '再买 {n} 件', piecesOf: '再买 {n} 件{goods}', gift: '还可拿 {n} 件', giftOf: '还可拿 {n} 件{goods}', saves: '，可省 {amount}（{name}）', for: '，享受“{name}”',
  },
  price: {
    label: '单价（元/{unit}）', piece: '件', why: '现在单价 {amount}。改价要值班主管批准，小票上写明。', submit: '改价', remove: '恢复原价',
  },
  note: {
    label: '做法、要求、尺码…', submit: '写好',
  },
  attendant: {
    title: '谁服务', none: '还没有员工名单。', hint: '可选多人，一行最多 {n} 人。', all: '整单和之后的商品', line: '只这一行',
  },
  quick: {
    title: '快速收银', why: '没有商品，只收一个金额。', amount: '金额（元）', fixed: '常用金额，点一下就收款', submit: '去收款', busy: '这张单还没有收款。', busyNext: '请先收款或挂单。',
  },
  tickets: {
    title: '开着的单', new: '开新单', label: '桌号、牌号或称呼', labelNeeded: '请给这张单一个名字。', begin: '开单', since: '{time}前', empty: '还没有开着的单。', putBack: '放回', choose: '点一张单，或开新单', chooseHint: '先吃后付：点单随时加，最后收款',
  },
  shortcuts: {
    title: '快捷键', selling: '收银', paying: '收款', confirm: '完成收款', scan: '扫码随时可用，不管光标在哪里，中文输入法开着也行。',
    enter: '加入商品；搜索框空时收款', pay: '收款', member: '查找会员', 'order-discount': '整单折扣', 'walk-in': '改为散客', hold: '挂单', recall: '取单', add: '加商品', quick: '快速收银', more: '更多功能', line: '打开选中行', quantity: '改数量', 'line-discount': '选中行折扣', remove: '删除选中行', up: '上一行', down: '下一行', back: '返回，什么都不会丢', sheet: '打开这张表',
    coupons: '券和卡',
  },
  cover: {
    title: '会员的卡', use: '用{name}', remove: '不用{name}', cards: '卡', none: '没有可用的卡。', left: '本店可用 {n} 次', chain: '全连锁 {n} 次', useAll: '用卡抵 {n} 行', many: '卡 {n}', unusable: '现在不能用', expired: '已过期', frozen: '已停用',
    minutes: '本店可用 {n} 分钟', today: '今天还可用 {n} 件', elsewhere: '次数在其他门店', ask: '向总部申请 1 次', asked: '正在向总部申请…', not_begun: '还没开始', over: '已结束', per_day_reached: '今天已用完', member_frozen: '会员已冻结', unknown_plan: '本店不认识这种卡',
  },
  benefits: {
    title: '券和卡', coupons: '优惠券', none: '没有可用的券。', here: '本店可用 {n} 张', until: '{day} 前有效', less: '少用一张{name}', more: '用一张{name}', done: '好了', many: '券 {n}', not_here: '本店没有更多可用的了', unknown: '没有促销收这种券', not_for_customer: '这位顾客不能用', not_running: '现在不在活动时间', too_many: '一单不能用这么多张', nothing: '这张单用不上', twice: '这张券已经用上了',
  },
}
