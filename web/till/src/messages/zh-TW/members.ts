/** 繁體中文: members, their cards and profiles. */
import type members from '../zh-CN/members'

const words: typeof members = {
  member: {
    cardOnly: '請刷卡或掃會員碼', cardOnlyHint: '請會員出示卡或會員碼。', allowTyping: '請主管核准，按輸入搜尋', typingApprove: '按輸入的號碼或姓名搜尋會員',
    walkIn: '散客', walkInHint: '刷卡、掃會員碼，或按 F3 搜尋', find: '搜尋會員', register: '新會員', change: '換會員', here: '本店可用', chain: '全連鎖', asOf: '截至 {time}', chainUnknown: '總部還未告知',
    findTitle: '搜尋會員', findLabel: '卡號、手機號碼、後四碼、姓名或拼音首字母', findHint: '輸入卡號、手機號碼、後四碼、姓名或拼音首字母。也可以直接刷卡或掃會員碼。', none: '沒有找到會員', noneHint: '核對號碼，或登記為新會員。',
    frozen: '已凍結', merged: '已合併', stopped: '儲值暫停', seen_elsewhere: '資料在其他門市', birthday: '今天生日', tail: '末四碼 {tail}',
    expiringMoney: '{amount} 將於 {day} 到期', expiringPoints: '{n} 點將於 {day} 到期', expiringOther: '{n} 份權益將於 {day} 到期',
    registerTitle: '登記新會員', name: '姓名', phoneLabel: '手機號碼', cardLabel: '卡號（可刷卡）', optional: '選填', consent: '顧客已閱讀並同意會員隱私條款', terms: '看條款', termsTitle: '會員隱私條款', submit: '登記並選用', registered: '已登記 {name}', more: '更多資料', moreHint: '生日、性別、地址等，以後也能補。',
    nameNeeded: '請輸入姓名。', nameLong: '姓名最多 40 個字。', phoneBad: '手機號碼只能是數字，5 到 15 位。', cardBad: '卡號只能是字母、數字和連字號，最多 32 位。', consentNeeded: '請先徵得顧客同意。', fieldNeeded: '這一項必須填寫。', tooLong: '最多 200 個字。', birthdayBad: '請按 年-月-日 或 月-日 輸入，例如 1990-08-06。', dateBad: '請按 年-月-日 輸入，例如 2026-11-22。', emailBad: '請輸入正確的電子郵件。', numberBad: '請輸入數字，最多三位小數。',
    gender: '性別', gender_f: '女', gender_m: '男', birthdayLabel: '生日', emailLabel: '電子郵件', addressLabel: '地址', tagsLabel: '標籤', noteLabel: '備註', datePlace: '年-月-日',
    pageTitle: '會員', pageHint: '搜尋、資料、卡、餘額和記錄', registerHint: '姓名就夠，十秒登記', open: '查看會員', another: '換一位', acts: '會員操作', use: '選用', save: '儲存資料', saved: '資料已儲存',
    stored: '儲值', principal: '其中本金', bonus: '其中贈送', tab_overview: '概況', tab_profile: '資料', tab_sales: '消費', tab_topUps: '儲值', tab_points: '點數',
    day: '營業日', state: '狀態', undone: '已撤銷', refunded: '已退貨', noSales: '本店還沒有消費', noTopUps: '本店還沒有儲值', noPoints: '本店還沒有點數變動', older: '更早的', hereOnly: '只列本店的紀錄。',
  },
  photo: {
    title: '照片', take: '拍照', again: '重拍', shoot: '拍下', remove: '不用照片', hint: '方便下次認出會員，選填。',
    refused: '瀏覽器不允許使用攝影機。請在網址列允許攝影機；若收銀機以 http 開啟頁面，請店長改用 https。其他資料照常填寫。', none: '這台收銀機沒有攝影機。其他資料照常填寫，照片可在別的收銀機補拍。', used: '攝影機正被別的程式佔用。請關閉該程式再試。', broken: '攝影機沒有給出畫面。請檢查連線後再試，其他資料照常填寫。',
  },
  card: {
    title: '會員卡', bind: '綁卡', number: '卡號', swipe: '刷卡、掃碼或輸入', bindDo: '綁定', bound: '已綁定 {card}', needed: '請刷卡或輸入卡號。', none: '還沒有卡。', lose: '掛失', loseWhy: '{card} 掛失後不能再用，餘額不受影響。', loseDo: '確認掛失', lost: '{card} 已掛失',
    replace: '補換卡', replaceWhy: '{card} 換成新卡後不能再用，餘額不變。', fresh: '新卡號', replaceDo: '換成這張', nextNumber: '用下一個卡號', replaced: '已換卡', replacedHint: '舊卡 {card} 不能再用。請把新卡號寫在卡上交給會員。', issue: '發卡號', issued: '已發卡號', issuedHint: '請把卡號寫在卡上交給會員。', password: '設卡密碼', changePassword: '改卡密碼', passwordWhy: '大額儲值付款時要會員輸入。請會員自己輸入 4 到 12 位數字。', passwordOld: '原密碼', passwordForgot: '忘記了可留空，由主管批准。', passwordNew: '新密碼', passwordAgain: '再輸一次', passwordDo: '設好', passwordNone: '取消密碼', passwordSet: '卡密碼已設好', passwordGone: '卡密碼已取消', passwordDigits: '密碼為 4 到 12 位數字。', passwordDiffer: '兩次輸入不一樣。',
  },
  value: {
    freeze: '凍結', thaw: '解凍', freezeWhy: '凍結後，儲值、點數和卡項都不能用，直到解凍。', thawWhy: '解凍後馬上可以使用。', frozen: '已凍結', thawed: '已解凍',
    points: '調整點數', give: '增加', take: '扣減', pointsCount: '點數', pointsBad: '請輸入大於 0 的整數。', pointsDo: '請主管批准', pointsDone: '點數 {n}', pointsHere: '本店可用 {n} 點',
    gift: '兌禮品', giftCosts: '{n} 點', giftShort: '點數不夠', giftDo: '兌換', giftDone: '已兌換 {name} × {n}', noGifts: '連鎖還沒有設定禮品。',
    undo: '撤銷儲值', undoWhy: '撤銷 {number}，退回 {amount}。餘額必須還沒用過。', undoDo: '請主管批准', undone: '{number} 已撤銷', moneyBack: '怎麼退', sameWay: '原路退回', inCash: '退現金',
    transfer: '轉贈儲值', transferTo: '轉給哪位會員', transferWhy: '把 {from} 在本店的儲值（現有 {amount}）全部轉給 {to}。點數和卡項不轉。', transferDo: '請主管批准', transferDone: '已轉贈', transferred: '已轉給 {name}：本金 {principal}，贈送 {bonus}。', elsewhere: '另有 {amount} 在其他門市，沒有轉。', sameMember: '不能轉給同一位會員。',
  },
  why: { points1: '補記消費', points2: '服務補償', points3: '輸入更正', undo1: '儲錯會員', undo2: '金額或卡項有誤', undo3: '顧客改變主意', transfer1: '家人合併使用', transfer2: '換會員號', coupons1: '服務補償', coupons2: '生日禮遇', coupons3: '活動補發', freeze1: '顧客外出', freeze2: '顧客身體原因' },
  points: {
    what: '事由', left: '餘額', other: '其他', sale: '消費', refund: '退貨', release: '退回', top_up: '儲值贈送', plan: '辦卡', points: '手動增加', deduct: '手動扣減', gift: '兌禮品', undo: '撤銷', campaign: '活動贈送', transfer: '轉贈', expire: '到期',
  },
}

export default words
