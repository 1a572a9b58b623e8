/** 简体中文: top-ups. */
export default {
  topUp: {
    title: '充值', hint: '选金额和活动，收款', who: '先找到要充值的会员。', amount: '充值金额', rule: '活动', rules: '充值活动', none: '不参加活动', noneHint: '任意金额', toPay: '收款', confirm: '完成充值', finish: '完成', done: '充值完成', given: '赠送', left: '本店可用储值',
    from: '满 {amount}', between: '{from} 到 {to}', bonus: '送 {amount}', bonusShare: '送充值额的 {percent}%', lasts: ',{n} 天内有效', points: '送 {n} 积分', staged: '{n} 天后再送 {amount}', returned: '其中 {amount} 已由总部调配，其他门店马上也能用。',
  },
}
