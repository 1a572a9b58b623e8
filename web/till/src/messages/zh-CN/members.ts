/** 简体中文: members. */
export default {
  member: {
    walkIn: '散客', walkInHint: '刷卡、扫会员码,或按 F3 查找', find: '查找会员', register: '新会员', change: '换会员', here: '本店可用', chain: '全连锁', asOf: '截至 {time}', chainUnknown: '总部还未告知',
    findTitle: '查找会员', findLabel: '卡号、手机号、后四位、姓名或拼音首字母', findHint: '输入卡号、手机号、后四位、姓名或拼音首字母。也可以直接刷卡。', none: '没有找到会员', noneHint: '核对号码,或登记为新会员。',
    frozen: '已冻结', merged: '已合并', stopped: '储值暂停', seen_elsewhere: '资料在其他门店', birthday: '今天生日', tail: '尾号 {tail}', 
    registerTitle: '登记新会员', name: '姓名', phoneLabel: '手机号', cardLabel: '卡号(可刷卡)', optional: '选填', consent: '顾客已阅读并同意会员隐私条款', submit: '登记并选用', nameNeeded: '请输入姓名。', phoneBad: '手机号只能是数字。', registered: '已登记 {name}', consentNeeded: '请先征得顾客同意。',
  },
}
