"use strict";
(() => {
  const { series, share, numbers, names, draw } = report;
  const { models, parts } = series;
  const narrow = innerWidth < 600;
  const legend = { itemWidth: 14 };
  const below = 24 + 20 * Math.ceil(models.length / (narrow ? 2 : 3));
  const four = (value) => (value == null ? "–" : value.toFixed(4));
  const symbols = ["circle", "rect", "triangle", "diamond", "roundRect", "arrow"];

  const intervals = (metric) => ({ axis }) => ({
    legend: { show: false },
    grid: { top: 8 },
    xAxis: numbers(axis, { min: 0, axisLabel: { ...axis.axisLabel, formatter: (value) => String(value) } }),
    yAxis: names(axis, models.map((one) => one.name), { inverse: true, axisLabel: { ...axis.axisLabel, width: narrow ? 110 : 180, overflow: "truncate" } }),
    tooltip: {
      trigger: "item",
      formatter: ({ name, value }) => {
        const one = models.find((each) => each.name === (name || value[1]))[metric];
        return `${four(one.value)}, ${four(one.low)} to ${four(one.high)}`;
      },
    },
    series: [
      {
        type: "line",
        silent: true,
        symbol: "none",
        lineStyle: { width: 3 },
        data: models.flatMap((one) => [[one[metric].low, one.name], [one[metric].high, one.name], ["-", "-"]]),
      },
      { type: "scatter", symbolSize: 11, itemStyle: { color: getComputedStyle(document.documentElement).getPropertyValue("--second").trim() }, data: models.map((one) => [one[metric].value, one.name]) },
    ],
  });

  const byPart = (part, what) => ({ axis }) => ({
    legend,
    grid: { top: below },
    xAxis: names(axis, parts[part], { name: what, nameLocation: "middle", nameGap: 24 }),
    yAxis: numbers(axis, { axisLabel: { ...axis.axisLabel, formatter: (value) => String(value) } }),
    tooltip: { valueFormatter: four },
    series: models.map((one, at) => ({ name: one.name, type: "line", symbol: symbols[at % symbols.length], symbolSize: 7, data: one.parts[part] })),
  });

  const height = Math.max(160, 34 * models.length + 40);
  draw(
    {
      ndcg: intervals("ndcg"),
      hit_rate: intervals("hit_rate"),
      coverage: ({ axis }) => ({
        legend,
        grid: { top: below, right: 24 },
        xAxis: numbers(axis, { name: `coverage@${series.cutoff}`, nameLocation: "middle", nameGap: 24, min: 0, axisLabel: { ...axis.axisLabel, formatter: share } }),
        yAxis: numbers(axis, { min: 0, axisLabel: { ...axis.axisLabel, formatter: (value) => String(value) } }),
        tooltip: { trigger: "item", formatter: ({ seriesName, value }) => `${seriesName}<br>coverage ${share(value[0])}, NDCG ${four(value[1])}` },
        series: models.map((one, at) => ({ name: one.name, type: "scatter", symbol: symbols[at % symbols.length], symbolSize: 14, data: [[one.coverage.value, one.ndcg.value]] })),
      }),
      history: byPart("history", "events given"),
      popularity: byPart("popularity", "decile"),
    },
    { ndcg: height, hit_rate: height, coverage: 300, history: 320, popularity: 320 },
  );
})();
