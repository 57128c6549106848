"use strict";
(() => {
  const { series, short, whole, share, numbers, names, bars } = report;
  const days = (starts) => starts.map((start) => new Date(start * 1000).toISOString().slice(0, 10));

  const drawings = {
    volume: ({ axis }) => ({
      xAxis: names(axis, days(series.periods.start)),
      yAxis: numbers(axis),
      legend: { show: false },
      grid: { top: 8 },
      series: [{ name: "events", type: "bar", data: series.periods.events }],
    }),
    drift: ({ axis }) => ({
      xAxis: names(axis, days(series.periods.start)),
      yAxis: numbers(axis, { min: 0, max: 1 }),
      tooltip: { valueFormatter: (value) => (value == null ? "–" : value.toFixed(2)) },
      series: [
        { name: "distance", type: "line", data: series.periods.distance, symbolSize: 4 },
        { name: "top 50 in common", type: "line", data: series.periods.overlap, symbolSize: 4, lineStyle: { type: "dashed" } },
      ],
    }),
    ranks: ({ axis }) => {
      const { rank, count, slope, intercept } = series.rank_frequency;
      const fitted = rank.map((one) => [one, 10 ** intercept * one ** slope]).filter((point) => point[1] >= 0.5);
      return {
        xAxis: numbers(axis, { type: "log", name: "rank", nameLocation: "middle", nameGap: 24 }),
        yAxis: numbers(axis, { type: "log" }),
        tooltip: { valueFormatter: (value) => whole.format(Math.round(value)) },
        series: [
          { name: "events", type: "scatter", data: rank.map((one, at) => [one, count[at]]), symbolSize: 5 },
          { name: "power law", type: "line", data: fitted, symbol: "none" },
        ],
      };
    },
    activity: ({ axis }) => ({
      xAxis: names(axis, series.activity.bins, { name: "interactions", nameLocation: "middle", nameGap: 24 }),
      yAxis: numbers(axis),
      legend: { show: false },
      grid: { top: 8 },
      series: [{ name: "users", type: "bar", data: series.activity.users }],
    }),
    types: ({ axis }) => bars(axis, series.event_types.slice(0, 20), (value) => short.format(value), (value) => whole.format(value)),
    completeness: ({ axis }) => bars(axis, series.completeness.map(columnFirst), share, share, { max: 1 }),
  };

  // A long label is cut at its end, where columns of one dataset differ.
  function columnFirst({ name, value }) {
    const [dataset, ...column] = name.split(".");
    return { name: `${column.join(".")} (${dataset})`, value };
  }

  report.draw(drawings, { completeness: Math.max(240, 26 * series.completeness.length + 40) });
})();
