/** ECharts, loaded when the first chart is shown: the kinds in use, in the page's colours, and tooltips without HTML. */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** The series' colours as tokens, in the order in which they are used. */
const SERIES = ['--brand', '--chart-2', '--chart-3', '--chart-4', '--chart-5', '--chart-6']

/** Make a chart in the page's colours of the moment. */
export function make(place: HTMLElement): EChartsType {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = {
    axisLine: { lineStyle: { color: colour('--edge') } },
    axisTick: { show: false },
    axisLabel: { color: colour('--quiet') },
    splitLine: { lineStyle: { color: colour('--rule') } },
  }
  const theme = {
    color: SERIES.map(colour),
    textStyle: { fontFamily: colour('--font'), color: colour('--ink') },
    // the page forbids styles within HTML, so tooltips are drawn
    tooltip: {
      renderMode: 'richText',
      backgroundColor: colour('--panel'),
      borderColor: colour('--rule'),
      textStyle: { color: colour('--ink'), fontFamily: colour('--font') },
    },
    legend: { textStyle: { color: colour('--ink') } },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    timeAxis: axis,
    animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    animationDuration: 200,
  }
  return init(place, theme, { renderer: 'canvas' })
}
