// The words of the page, and of tenders; other tenders bear the chain's own names.

export const WORDS = {
  "zh-CN": {
    tag: "zh-Hans",
    set_up: "顾客屏",
    set_up_hint: "请店员登录一次。这块屏幕只显示本收银台顾客看得到的内容。",
    staff: "员工号",
    pin: "密码",
    till: "收银台",
    show: "开始显示",
    theme: "浅色或深色",
    welcome: "欢迎光临",
    to_pay: "应付",
    saved: "已优惠",
    member: "会员",
    earlier: "前面还有 {n} 行",
    thanks: "谢谢惠顾",
    change: "找零",
    total: "合计",
    credited: "储值到账",
    points: "本次积分",
    lost: "正在重新连接…",
    offline: "连接不上门店主机，请稍候再试",
    cash: "现金",
    stored_value: "储值",
    points_used: "积分抵扣",
    wechat: "微信支付",
    alipay: "支付宝",
    card: "银行卡",
    unionpay: "云闪付",
  },
  "zh-TW": {
    tag: "zh-Hant",
    set_up: "顧客螢幕",
    set_up_hint: "請店員登入一次。這個螢幕只顯示本收銀台顧客看得到的內容。",
    staff: "員工號",
    pin: "密碼",
    till: "收銀台",
    show: "開始顯示",
    theme: "淺色或深色",
    welcome: "歡迎光臨",
    to_pay: "應付",
    saved: "已優惠",
    member: "會員",
    earlier: "前面還有 {n} 行",
    thanks: "謝謝惠顧",
    change: "找零",
    total: "合計",
    credited: "儲值入帳",
    points: "本次積分",
    lost: "正在重新連線…",
    offline: "連不上門市主機，請稍候再試",
    cash: "現金",
    stored_value: "儲值",
    points_used: "積分折抵",
    wechat: "微信支付",
    alipay: "支付寶",
    card: "銀行卡",
    unionpay: "雲閃付",
  },
  en: {
    tag: "en",
    set_up: "Customer screen",
    set_up_hint: "A member of staff signs in once. This screen shows what the customer at this till may see, nothing else.",
    staff: "Staff number",
    pin: "PIN",
    till: "Till",
    show: "Start",
    theme: "Light or dark",
    welcome: "Welcome",
    to_pay: "To pay",
    saved: "You save",
    member: "Member",
    earlier: "{n} more above",
    thanks: "Thank you",
    change: "Change",
    total: "Total",
    credited: "Added to balance",
    points: "Points earned",
    lost: "Reconnecting…",
    offline: "The shop's node cannot be reached. Please try again in a moment",
    cash: "Cash",
    stored_value: "Stored value",
    points_used: "Points",
    wechat: "WeChat Pay",
    alipay: "Alipay",
    card: "Card",
    unionpay: "UnionPay",
  },
};

const TENDERS = { points: "points_used" };

export function language(wanted) {
  const tag = String(wanted || "").toLowerCase();
  if (tag.startsWith("en")) return "en";
  if (/^zh-(tw|hk|mo|hant)/.test(tag)) return "zh-TW";
  return "zh-CN";
}

export function tenderName(words, code) {
  return words[TENDERS[code] || code] || code;
}
