/** 繁體中文: members. */
import type members from '../zh-CN/members'

const words: typeof members = {
  member: {
    walkIn: '散客', walkInHint: '刷卡、掃會員碼,或按 F3 查找', find: '查找會員', register: '新會員', change: '換會員', here: '本店可用', chain: '全連鎖', asOf: '截至 {time}', chainUnknown: '總部還未告知',
    findTitle: '查找會員', findLabel: '卡號、手機號、後四位、姓名或拼音首字母', findHint: '輸入卡號、手機號、後四位、姓名或拼音首字母。也可以直接刷卡。', none: '沒有找到會員', noneHint: '核對號碼,或登記為新會員。',
    frozen: '已凍結', merged: '已合併', stopped: '儲值暫停', seen_elsewhere: '資料在其他門店', birthday: '今天生日', tail: '尾號 {tail}', 
    registerTitle: '登記新會員', name: '姓名', phoneLabel: '手機號', cardLabel: '卡號(可刷卡)', optional: '選填', consent: '顧客已閱讀並同意會員隱私條款', submit: '登記並選用', nameNeeded: '請輸入姓名。', phoneBad: '手機號只能是數字。', registered: '已登記 {name}', consentNeeded: '請先徵得顧客同意。',
  },
}

export default words
