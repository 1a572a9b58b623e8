/** 简体中文: timed sessions. */
export default {
  timed: {
    title: '计时', hint: '开始计时、暂停、结账', start: '开始计时', what: '计时项目', noItems: '还没有计时项目，请店长在设置里添加。', price: '{amount} 元 / {minutes} 分钟', label: '位置或编号', labelHint: '如 3 号房、5 号机', labelLong: '最多 32 个字。', forMember: '记在会员 {name} 名下', go: '开始',
    running: '正在计时', empty: '现在没有计时', emptyHint: '在左边选项目开始；结账时金额加到当前单。', paused: '已暂停', steps: '计 {n} 个时段', pause: '暂停', resume: '继续', bill: '结账', free: '在免费时间内，没有产生费用。',
    end: '作废', endWhat: '作废计时：{name}', endWhy: '这次计时不收费，需要值班主管同意。', endDo: '作废', r1: '开错了', r2: '顾客没有使用',
  },
}
