/** 简体中文: card plans and coupons. */
export default {
  plan: {
    title: '办卡', hint: '次卡、期限卡、折扣卡…', who: '先找到要办卡的会员。', confirm: '完成办卡', done: '办卡完成', noPlans: '连锁还没有设置卡项。', gives: '包含', price: '卡价', given: '包含', valid: '有效期', fromTo: '{from} 至 {to}',
    kind_count: '次卡', kind_period: '期限卡', kind_timed: '计时卡', kind_discount: '折扣卡', kind_stored_value: '储值卡', kind_points: '积分卡', kind_other: '卡',
    uses: '{n} 次', minutes: '{n} 分钟', points: '{n} 积分', value: '储值 {amount}', tier: '享{tier}价', days: '{n} 天有效', forEver: '长期有效', for: '可用于 {what}', forAll: '全场可用', items: '{n} 种指定商品', and: '、',
    held: '卡项', noneHeld: '还没有卡项。', usesHere: '本店 {n} 次', minutesHere: '本店 {n} 分钟', usesChain: '全连锁 {n}', leftToday: '今天还能用 {n} 次', until: '到 {day}',
    why_elsewhere: '在其他门店', why_expired: '已过期', why_frozen: '已冻结', why_not_begun: '还没开始', why_over: '已到期', why_per_day_reached: '今天已用完', why_member_frozen: '会员已冻结', why_unknown_plan: '本店不认识这个卡项', why_other: '现在不能用',
    freeze: '停卡', thaw: '复卡', freezeWhy: '{name} 从今天起停用，复卡时有效期顺延。', thawWhy: '{name} 马上可用，有效期按停用的天数顺延。', frozen: '{name} 已停用', thawed: '{name} 已恢复',
    undo: '退卡', undoShort: '退卡', undoWhy: '退掉 {name}，退回卡款。须整张没用过。', undone: '{name} 已退',
  },
  coupon: {
    title: '优惠券', give: '发券', given: '已发 {name} × {n}', none: '没有可用的优惠券。', noTemplates: '现在没有可发的优惠券。', choose: '请选择优惠券。',
  },
}
