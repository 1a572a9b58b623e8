/** 简体中文: the default language, and the shape the others follow. */
export default {
  app: { name: '不打烊', loading: '正在打开收银台…', close: '关闭', back: '返回', cancel: '取消', },
  signIn: {
    title: '收银登录', staff: '员工号', pin: '密码', submit: '登录', till: '收银台', tillHint: '小写字母、数字和连字符,最多 16 位;每块屏幕各用一个名字。',
    changeTill: '改名', tillSave: '记住', tillBad: '名字只能用小写字母、数字和连字符,并以字母或数字开头。', need: '请输入员工号和密码。', pinShort: '密码为 4 到 12 位数字。',
  },
  pin: {
    title: '请先修改初始密码', why: '初始密码别人也知道。换成只有您自己知道的密码后就能开始收银。', old: '当前密码', fresh: '新密码', again: '再输一次新密码',
    submit: '修改密码', differ: '两次输入的新密码不一样。', digits: '密码为 4 到 12 位数字。',
  },
  shift: {
    title: '开班', why: '先点清钱箱里的备用金,开班后才能收银。', day: '营业日期', float: '备用金', submit: '开班', day_bad: '请按 年-月-日 输入营业日期。',
    counted: '本班次已点钞,等待交班', countedWhy: '交班完成后才能再收银。未结的单据都还在。', refresh: '再看一次',
  },
  status: {
    shift: '班次', online: '在线', standalone: '单店', offlineSince: '离线,自 {time}', unsent: '{n} 笔待上传',
    lost: '连不上门店主机,正在重连…', offlineTitle: '和总部的连接', offlineOk: '照常收银:扫码、现金、本店可用的储值都能用。',
    offlineCannot: '暂时不能:使用其他门店的储值额度、查看全连锁最新余额。', offlineLater: '恢复连接后自动上传,不用做任何事。', oldest: '最早一笔在{time}前',
    onlineOk: '一切正常,数据已和总部同步。', sending: '正在上传 {n} 笔。', standaloneOk: '单店使用,数据保存在本店主机。', lostWhy: '已录入的单据都在门店主机里,没有丢失。请检查网线和主机电源。',
    stopped: '储值已暂停使用', clock: '主机时间不准,请联系店长校时。', printing: '{n} 张小票等待打印', devices: '{n} 台设备有问题', clearing: '储值暂停期间请用现金或其他方式收款。',
  },
  menu: { open: '菜单', language: '语言', theme: '外观', auto: '自动', light: '浅色', dark: '深色', sound: '提示音', on: '开', off: '关', shortcuts: '快捷键', signOut: '退出登录', },
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
  member: {
    walkIn: '散客', walkInHint: '刷卡、扫会员码,或按 F3 查找', find: '查找会员', register: '新会员', change: '换会员', here: '本店可用', chain: '全连锁', asOf: '截至 {time}', chainUnknown: '总部还未告知',
    findTitle: '查找会员', findLabel: '卡号、手机号、后四位、姓名或拼音首字母', findHint: '输入卡号、手机号、后四位、姓名或拼音首字母。也可以直接刷卡。', none: '没有找到会员', noneHint: '核对号码,或登记为新会员。',
    frozen: '已冻结', merged: '已合并', stopped: '储值暂停', seen_elsewhere: '资料在其他门店', birthday: '今天生日', tail: '尾号 {tail}', 
    registerTitle: '登记新会员', name: '姓名', phoneLabel: '手机号', cardLabel: '卡号(可刷卡)', optional: '选填', consent: '顾客已阅读并同意会员隐私条款', submit: '登记并选用', nameNeeded: '请输入姓名。', phoneBad: '手机号只能是数字。', registered: '已登记 {name}', consentNeeded: '请先征得顾客同意。',
  },
  rail: { walkIn: '散客', add: '加商品', recall: '取单', member: '会员', discount: '整单折扣', clear: '清空', shortcuts: '快捷键', label: '功能键' },
  hold: { title: '挂单', note: '备注(桌号、姓氏…)', submit: '挂起', done: '已挂单', hint: '在任何一台收银机都能取回。' },
  recall: { title: '取单', empty: '没有挂起的单', emptyHint: '收银时按 F7 挂单,之后在任何一台收银机取回。', lines: '{n} 行', by: '{staff} · {till}', swapped: '当前单已先挂起,没有丢失。', noNote: '无备注', member: '会员单' },
  keypad: { label: '数字键盘', clear: '清空', back: '退格', dot: '小数点', },
  quantity: { title: '数量', weight: '重量({unit})', bad: '数量要大于 0,最多三位小数。', submit: '改好' },
  discount: {
    line: '单品折扣', order: '整单折扣', percent: '按比例', amount: '减金额', fold: '{fold} 折', percentLabel: '减免比例(%)', amountLabel: '减免金额(元)', reason: '原因', remove: '取消折扣', submit: '打折', bad: '请输入 0.1 到 100 之间的比例。', badAmount: '请输入正确的金额。', is: '相当于 {fold} 折',
  },
  approval: { title: '请值班主管批准', staff: '主管员工号', pin: '主管密码', submit: '批准', why: '{what}超出收银员权限。主管在这里输入后立即生效,收银员不用退出。' },
  pay: {
    title: '收款', due: '应收', remaining: '还差', change: '找零', received: '实收', paying: '正在收款…', confirm: '完成收款', addPart: '收下这一笔', cash: '现金', stored_value: '储值', exact: '正好', parts: '已收', removePart: '去掉这一笔', amount: '金额',
    tenders: '支付方式', wechat: '微信', alipay: '支付宝', card: '银行卡', ref: '付款码或凭证号(可扫码)', refHint: '扫描顾客的付款码,或输入凭证号', points: '积分', storedHere: '本店可用 {amount}', storedChain: '全连锁 {amount},截至 {time}', storedNone: '本店没有可用储值', storedNeedsMember: '先选会员才能用储值', storedStopped: '储值已暂停使用', storedFrozen: '会员已冻结', bad: '请输入正确的金额。', tooMuch: '这种方式不找零,最多 {amount}。', free: '不用付款,直接完成。', quick: '常用金额',
  },
  unknown: {
    title: '正在确认这笔收款', why: '刚才门店主机没有答复。收银台正用同一个编号再问一次,不会重复收款。', kept: '单据还在,不要重新收款,也不要让顾客再付。', wait: '请稍候,主机一恢复就会告诉您结果。', found: '已确认:这笔收款成功了。', notDone: '已确认:没有收款成功,单据还在。',
  },
  result: { done: '收款完成', change: '找零', none: '无需找零', total: '应收', number: '小票号', next: '下一单', hint: '扫描下一件商品即可开始新单', unsynced: '离线完成,稍后自动上传', left: '储值本店余额 {amount}', given: '实收 {amount}' },
  notice: { unknownCode: '没有找到条码 {code}', unknownCodeNext: '请核对条码,或按名称、拼音首字母查找。', network: '连不上门店主机。', networkKept: '已录入的都在门店主机里。', networkNext: '请检查网络,稍后再试。', signedOut: '登录已失效,请重新登录。单据都还在。', busy: '请等这笔收款完成。', taken: '已取回' },
  shortcuts: {
    title: '快捷键', selling: '收银', paying: '收款', pay: '收款', member: '查找会员', discount: '整单折扣', lineDiscount: '选中行折扣', walkIn: '改为散客', hold: '挂单', recall: '取单', add: '加商品', quantity: '改数量', remove: '删除选中行', select: '选择商品行', enter: '加入商品;搜索框空时收款', back: '返回,什么都不会丢', sheet: '打开这张表',
    cash: '现金', stored: '储值', external: '其他支付方式', confirm: '完成收款', next: '下一单', scan: '扫码随时可用,不管光标在哪里,中文输入法开着也行。',
  },
}
