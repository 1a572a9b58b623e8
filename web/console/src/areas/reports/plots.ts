/** ECharts options in the console's way: figures from the office, words by the caller, colours from the page. */
import type { EChartsCoreOption } from 'echarts/core'
import { formatMoney, language } from '@stayopen/kit'

/** One series of a chart; a value for each category, null where there is none. */
export interface Series {
  name: string
  values: (number | null)[]
  /** Drawn quietly: what the others are compared with. */
  faint?: boolean
}

export interface Plot {
  categories: string[]
  series: Series[]
  /** Money in minor units unless said. */
  counts?: boolean
}

/** An axis' figures, as short as the language says them (120,000.00 is `120K`); money in minor units. */
export function short(value: number, counts = false): string {
  const words = new Intl.NumberFormat(language.value, { notation: 'compact', maximumFractionDigits: 1 })
  return words.format(counts ? value : value / 100)
}

const whole = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',')
const told = (counts?: boolean) => (value: unknown) => (typeof value === 'number' ? (counts ? whole(value) : formatMoney(value)) : '–')

function frame({ series, counts = false }: Plot, sideways: boolean): EChartsCoreOption {
  return {
    grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    tooltip: { trigger: 'axis', axisPointer: { type: sideways ? 'shadow' : 'line' }, valueFormatter: told(counts), confine: true },
    ...(series.length > 1 && { legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 8 } }),
  }
}
const valueAxis = (counts = false) => ({ type: 'value', axisLabel: { formatter: (value: number) => short(value, counts) }, splitNumber: 4 })

/** A course over time. */
export function lines(plot: Plot): EChartsCoreOption {
  return {
    ...frame(plot, false),
    xAxis: { type: 'category', data: plot.categories, boundaryGap: false, axisLabel: { hideOverlap: true } },
    yAxis: valueAxis(plot.counts),
    series: plot.series.map(({ name, values, faint }) => ({
      type: 'line',
      name,
      data: values,
      symbol: values.length > 45 ? 'none' : 'circle',
      symbolSize: 5,
      lineStyle: faint ? { width: 1.5, type: 'dashed', opacity: 0.7 } : { width: 2.5 },
    })),
  }
}

/** Upright bars, few of them: hours, week days. */
export function bars(plot: Plot): EChartsCoreOption {
  return {
    ...frame(plot, true),
    xAxis: { type: 'category', data: plot.categories, axisLabel: { hideOverlap: true } },
    yAxis: valueAxis(plot.counts),
    series: plot.series.map(({ name, values }) => ({ type: 'bar', name, data: values, barMaxWidth: 36 })),
  }
}

/** How high a chart of lying bars has to be (px), so that each has its name. */
export const ranksHeight = (rows: number, series = 1): number => 48 + (series > 1 ? 24 : 0) + rows * (series > 1 ? 36 : 26)

/** Lying bars with long names: branches, products; the first stands at the top. */
export function ranks(plot: Plot): EChartsCoreOption {
  return {
    ...frame(plot, true),
    xAxis: valueAxis(plot.counts),
    yAxis: { type: 'category', data: plot.categories, inverse: true, axisLabel: { width: 130, overflow: 'truncate', interval: 0 } },
    series: plot.series.map(({ name, values, faint }) => ({ type: 'bar', name, data: values, barMaxWidth: 18, ...(faint && { itemStyle: { opacity: 0.55 } }) })),
  }
}
