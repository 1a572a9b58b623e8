/** 简体中文: shifts. */
export default {
  shift: {
    title: '开班', why: '先点清钱箱里的备用金,开班后才能收银。', day: '营业日期', float: '备用金', submit: '开班', day_bad: '请按 年-月-日 输入营业日期。',
    counted: '本班次已点钞,等待交班', countedWhy: '交班完成后才能再收银。未结的单据都还在。', refresh: '再看一次',
  },
}
