/** 简体中文: the line to head office, training, and faults of the page itself. */
export default {
  sync: {
    title: '同步', hint: '和总部的连接，待上传的单据', onlineSince: '在线，自 {time}', offlineSince: '离线，自 {time}', never: '还没有连上过总部', standalone: '单店使用', standaloneWhy: '所有数据保存在本店主机，没有要上传的。', works: '照常能做', worksList: '扫码、现金和其他收款、本店可用的储值和次数、退本店的货、充值、开班交班，都不受影响。', cannot: '现在不能做',
    chain_balance: '查看全连锁的最新余额', rights_request: '使用放在其他门店的储值和次数', foreign_refund: '退其他门店卖出的货（可以先收下商品）', stored_value: '使用储值：本机额度已暂停，请联系总部', later: '恢复连接后自动上传，不用做任何事。',
    unsent: '待上传', none: '全部已上传', noneHint: '总部已经确认收到本店的每一笔。', oldest: '最早一笔在{time}前', retry: '立即重试', retried: '正在重新连接总部…', more: '更多', time: '时间', what: '内容', amount: '金额', who: '经手', detail: '查看待上传的单据',
    export: '导出到 U 盘', exportWhat: '把待上传的单据存成一个文件。文件是加密的，只有总部能打开；导出不算上传，单据仍在本机。', exportNext: '接着做：把文件拷到 U 盘交给总部，由总部用 stayopen hq import 导入。恢复连接后自动核对，不会重复入账。在那之前请留着文件。', exported: '已导出 {name}，请拷到 U 盘交给总部。', exportWho: '请班长或店长登录后导出。',
    kind_sale: '销售', kind_refund: '退货', kind_issue: '充值/发放', kind_withdraw: '退储值', kind_shift: '班次', kind_claim: '跨店退货', kind_claim_paid: '跨店退货付款', kind_audit: '操作记录', kind_member: '会员资料', kind_entitlement: '期限卡', kind_plan: '办卡', kind_other: '其他记录',
    a_stalled: '连着总部，但总部没有确认新的单据。单据都在本机，请联系总部。', a_refused: '总部没有接受这台主机的连接，请联系总部。', a_fault: '本机的同步程序出过错，正在自动重试。一直这样请联系总部。', a_unreachable: '找不到总部，正在自动重试。', a_other: '同步有问题（{code}），请联系总部。',
  },
  signOut: { title: '退出登录？', kept: '什么都不会丢：未结的单据、挂单和班次都在门店主机里，下次登录接着用。', unsent: '还有 {n} 笔等待上传，会自动继续，不需要有人登录。', shift: '班次还开着。换人收银不用交班；今天结束请先到“班次”点钞交班。', submit: '退出登录' },
  training: { enter: '进入演练模式', leave: '结束演练', banner: '演练模式：这里的商品、会员和收款都不是真的', why: '用演练数据练习收银，不影响真实的单据和库存。' },
  fault: { title: '收银台的页面出了点问题', why: '页面自己出了错，不是您的操作。', kept: '单据、会员和收款都在门店主机里，没有丢失。', go: '继续收银', reload: '重新载入', code: '告诉管理员：{code}' },
}
