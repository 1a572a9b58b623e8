/** 简体中文: the frame: sign-in, status, menu, notices. */
export default {
  colon: '：',
  app: { name: '不打烊', loading: '正在打开收银台…', close: '关闭', back: '返回', cancel: '取消', },
  signIn: {
    title: '收银登录', staff: '员工号', pin: '密码', submit: '登录', till: '收银台', tillHint: '小写字母、数字和连字符，最多 16 位；每块屏幕各用一个名字。',
    changeTill: '改名', tillSave: '记住', tillBad: '名字只能用小写字母、数字和连字符，并以字母或数字开头。', need: '请输入员工号和密码。', pinShort: '密码为 4 到 12 位数字。',
  },
  pin: {
    title: '请先修改初始密码', why: '初始密码别人也知道。换成只有您自己知道的密码后就能开始收银。', old: '当前密码', fresh: '新密码', again: '再输一次新密码',
    submit: '修改密码', differ: '两次输入的新密码不一样。', digits: '密码为 4 到 12 位数字。',
  },
  status: {
    shift: '班次', online: '在线', standalone: '单店', offlineSince: '离线，自 {time}', unsent: '{n} 笔待上传',
    lost: '连不上门店主机，正在重连…', offlineTitle: '和总部的连接', offlineOk: '照常收银：扫码、现金、本店可用的储值都能用。',
    offlineCannot: '暂时不能：使用其他门店的储值额度、查看全连锁最新余额。', offlineLater: '恢复连接后自动上传，不用做任何事。', oldest: '最早一笔在{time}前',
    onlineOk: '一切正常，数据已和总部同步。', sending: '正在上传 {n} 笔。', standaloneOk: '单店使用，数据保存在本店主机。', lostWhy: '已录入的单据都在门店主机里，没有丢失。请检查网线和主机电源。',
    stopped: '储值已暂停使用', clock: '主机时间不准，请联系店长校时。', printing: '{n} 张小票等待打印', devices: '{n} 台设备有问题', clearing: '储值暂停期间请用现金或其他方式收款。',
  },
  menu: {
    open: '菜单', language: '语言', theme: '外观', auto: '自动', light: '浅色', dark: '深色', sound: '提示音', on: '开', off: '关', shortcuts: '快捷键', signOut: '退出登录',
    tickets: '开单模式',
  },
  notice: { unknownCode: '没有找到条码 {code}', unknownCodeNext: '请核对条码，或按名称、拼音首字母查找。', network: '连不上门店主机。', networkKept: '已录入的都在门店主机里。', networkNext: '请检查网络，稍后再试。', signedOut: '登录已失效，请重新登录。单据都还在。', busy: '请等这笔收款完成。', taken: '已取回' },
  keypad: { label: '数字键盘', clear: '清空', back: '退格', dot: '小数点', },
  approval: { title: '请值班主管批准', staff: '主管员工号', pin: '主管密码', submit: '批准', why: '{what}超出收银员权限。主管在这里输入后立即生效，收银员不用退出。' },
  unknown: {
    title: '正在确认这笔收款', why: '刚才门店主机没有答复。收银台正用同一个编号再问一次，不会重复收款。', kept: '单据还在，不要重新收款，也不要让顾客再付。', wait: '请稍候，主机一恢复就会告诉您结果。', found: '已确认：这笔收款成功了。', notDone: '已确认：没有收款成功，单据还在。',
    lookUp: '刚才的一笔收款不知道结果。', lookUpNext: '请在单据里查一下，再决定是否重新收款。',
  },
}
