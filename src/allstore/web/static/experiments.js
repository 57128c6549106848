// Draws the table of an experiment's days. The labels and the tooltip are drawn too, not written as
// HTML with styles, which the shop's policy forbids.

const place = document.getElementById("chart");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options({ days, rates }) {
  const [ink, line] = [colour("--ink-soft"), colour("--line")];
  const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: line } }, splitLine: { lineStyle: { color: line } } };
  const percent = (value) => (value == null ? "–" : `${(value * 100).toFixed(2)} %`);
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: ["--accent", "--warn", "--error", "--ink"].map(colour),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    legend: { top: 0, left: 0, textStyle: { color: ink } },
    grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "all" },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: percent },
    xAxis: { ...axis, type: "category", data: days },
    yAxis: { ...axis, type: "value", scale: true, axisLabel: { color: ink, formatter: (value) => `${+(value * 100).toFixed(2)} %` } },
    series: rates.map(({ name, values }) => ({ name, type: "line", data: values, symbolSize: 6 })),
  };
}

if (place && window.echarts) {
  place.hidden = false;
  const series = JSON.parse(place.dataset.series);
  const chart = echarts.init(place);
  const draw = () => chart.setOption(options(series), true);
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () => chart.resize());
}
