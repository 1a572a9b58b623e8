/** 简体中文: members, their cards and profiles. */
export default {
  member: {
    cardOnly: '请刷卡或扫会员码', cardOnlyHint: '请会员出示卡或会员码。', allowTyping: '请主管批准，按输入查找', typingApprove: '按输入的号码或姓名查找会员',
    walkIn: '散客', walkInHint: '刷卡、扫会员码，或按 F3 查找', find: '查找会员', register: '新会员', change: '换会员', here: '本店可用', chain: '全连锁', asOf: '截至 {time}', chainUnknown: '总部还未告知',
    findTitle: '查找会员', findLabel: '卡号、手机号、后四位、姓名或拼音首字母', findHint: '输入卡号、手机号、后四位、姓名或拼音首字母。也可以直接刷卡或扫会员码。', none: '没有找到会员', noneHint: '核对号码，或登记为新会员。',
    frozen: '已冻结', merged: '已合并', stopped: '储值暂停', seen_elsewhere: '资料在其他门店', birthday: '今天生日', tail: '尾号 {tail}',
    expiringMoney: '{amount} 将于 {day} 到期', expiringPoints: '{n} 积分将于 {day} 到期', expiringOther: '{n} 份权益将于 {day} 到期',
    registerTitle: '登记新会员', name: '姓名', phoneLabel: '手机号', cardLabel: '卡号（可刷卡）', optional: '选填', consent: '顾客已阅读并同意会员隐私条款', terms: '看条款', termsTitle: '会员隐私条款', submit: '登记并选用', registered: '已登记 {name}', more: '更多资料', moreHint: '生日、性别、地址等，以后也能补。',
    nameNeeded: '请输入姓名。', nameLong: '姓名最多 40 个字。', phoneBad: '手机号只能是数字，5 到 15 位。', cardBad: '卡号只能是字母、数字和连字符，最多 32 位。', consentNeeded: '请先征得顾客同意。', fieldNeeded: '这一项必须填写。', tooLong: '最多 200 个字。', birthdayBad: '请按 年-月-日 或 月-日 输入，例如 1990-08-06。', dateBad: '请按 年-月-日 输入，例如 2026-11-22。', emailBad: '请输入正确的邮箱。', numberBad: '请输入数字，最多三位小数。',
    gender: '性别', gender_f: '女', gender_m: '男', birthdayLabel: '生日', emailLabel: '邮箱', addressLabel: '地址', tagsLabel: '标签', noteLabel: '备注', datePlace: '年-月-日',
    pageTitle: '会员', pageHint: '查找、资料、卡、余额和记录', registerHint: '姓名就够，十秒登记', open: '查看会员', another: '换一位', acts: '会员操作', use: '选用', save: '保存资料', saved: '资料已保存',
    stored: '储值', principal: '其中本金', bonus: '其中赠送', tab_overview: '概况', tab_profile: '资料', tab_sales: '消费', tab_topUps: '充值', tab_points: '积分',
    day: '营业日', state: '状态', undone: '已撤销', refunded: '已退货', noSales: '本店还没有消费', noTopUps: '本店还没有充值', noPoints: '本店还没有积分变动', older: '更早的', hereOnly: '只列本店的记录。',
  },
  photo: {
    title: '照片', take: '拍照', again: '重拍', shoot: '拍下', remove: '不用照片', hint: '方便下次认出会员，选填。',
    refused: '浏览器不允许用摄像头。请在地址栏允许摄像头；若收银机用 http 打开页面，请店长改用 https。其他资料照常填写。', none: '这台收银机没有摄像头。其他资料照常填写，照片可在别的收银机补拍。', used: '摄像头正被别的程序占用。请关闭那个程序再试。', broken: '摄像头没有给出画面。请检查连线后再试，其他资料照常填写。',
  },
  card: {
    title: '会员卡', bind: '绑卡', number: '卡号', swipe: '刷卡、扫码或输入', bindDo: '绑定', bound: '已绑定 {card}', needed: '请刷卡或输入卡号。', none: '还没有卡。', lose: '挂失', loseWhy: '{card} 挂失后不能再用，余额不受影响。', loseDo: '确认挂失', lost: '{card} 已挂失',
    replace: '补换卡', replaceWhy: '{card} 换成新卡后不能再用，余额不变。', fresh: '新卡号', replaceDo: '换成这张', nextNumber: '用下一个卡号', replaced: '已换卡', replacedHint: '旧卡 {card} 不能再用。请把新卡号写在卡上交给会员。', issue: '发卡号', issued: '已发卡号', issuedHint: '请把卡号写在卡上交给会员。', password: '设卡密码', changePassword: '改卡密码', passwordWhy: '大额储值支付时要会员输入。请会员自己输入 4 到 12 位数字。', passwordOld: '原密码', passwordForgot: '忘记了可留空，由主管批准。', passwordNew: '新密码', passwordAgain: '再输一次', passwordDo: '设好', passwordNone: '取消密码', passwordSet: '卡密码已设好', passwordGone: '卡密码已取消', passwordDigits: '密码为 4 到 12 位数字。', passwordDiffer: '两次输入不一样。',
  },
  value: {
    freeze: '冻结', thaw: '解冻', freezeWhy: '冻结后，储值、积分和卡项都不能用，直到解冻。', thawWhy: '解冻后马上可以使用。', frozen: '已冻结', thawed: '已解冻',
    points: '调整积分', give: '增加', take: '扣减', pointsCount: '积分', pointsBad: '请输入大于 0 的整数。', pointsDo: '请主管批准', pointsDone: '积分 {n}', pointsHere: '本店可用 {n} 积分',
    gift: '兑礼品', giftCosts: '{n} 积分', giftShort: '积分不够', giftDo: '兑换', giftDone: '已兑换 {name} × {n}', noGifts: '连锁还没有设置礼品。',
    undo: '撤销充值', undoWhy: '撤销 {number}，退回 {amount}。余额必须还没用过。', undoDo: '请主管批准', undone: '{number} 已撤销', moneyBack: '怎么退', sameWay: '原路退回', inCash: '退现金',
    transfer: '转赠储值', transferTo: '转给哪位会员', transferWhy: '把 {from} 在本店的储值（现有 {amount}）全部转给 {to}。积分和卡项不转。', transferDo: '请主管批准', transferDone: '已转赠', transferred: '已转给 {name}：本金 {principal}，赠送 {bonus}。', elsewhere: '另有 {amount} 在其他门店，没有转。', sameMember: '不能转给同一位会员。',
  },
  why: { points1: '补记消费', points2: '服务补偿', points3: '录入更正', undo1: '充错会员', undo2: '金额或卡项有误', undo3: '顾客改变主意', transfer1: '家人合并使用', transfer2: '换会员号', coupons1: '服务补偿', coupons2: '生日礼遇', coupons3: '活动补发', freeze1: '顾客外出', freeze2: '顾客身体原因' },
  points: {
    what: '事由', left: '余额', other: '其他', sale: '消费', refund: '退货', release: '退回', top_up: '充值赠送', plan: '办卡', points: '手工增加', deduct: '手工扣减', gift: '兑礼品', undo: '撤销', campaign: '活动赠送', transfer: '转赠', expire: '到期',
  },
}
