"use strict";
(() => {
  const series = JSON.parse(document.getElementById("series").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const short = new Intl.NumberFormat("en", { notation: "compact" });
  const whole = new Intl.NumberFormat("en");
  const share = (value) => `${Math.round(value * 1000) / 10} %`;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function base() {
    const ink = colour("--ink-soft");
    const axis = {
      axisLine: { lineStyle: { color: colour("--line") } },
      axisTick: { show: false },
      axisLabel: { color: ink, hideOverlap: true },
      nameTextStyle: { color: ink },
      splitLine: { lineStyle: { color: colour("--line") } },
    };
    return {
      axis,
      shared: {
        animation: !still.matches,
        color: [colour("--accent"), colour("--second")],
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
        grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "all" },
        legend: { top: 0, left: 0, textStyle: { color: ink }, itemHeight: 8 },
        tooltip: {
          trigger: "axis",
          confine: true,
          backgroundColor: colour("--surface"),
          borderColor: colour("--line"),
          textStyle: { color: colour("--ink") },
        },
      },
    };
  }

  const days = (starts) => starts.map((start) => new Date(start * 1000).toISOString().slice(0, 10));
  const numbers = (axis, more) => ({ ...axis, type: "value", axisLabel: { ...axis.axisLabel, formatter: (value) => short.format(value) }, ...more });
  const names = (axis, data, more) => ({ ...axis, type: "category", data, splitLine: { show: false }, ...more });

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

  function bars(axis, data, label, told, more) {
    return {
      legend: { show: false },
      grid: { top: 8 },
      xAxis: { ...axis, type: "value", axisLabel: { ...axis.axisLabel, formatter: label }, ...more },
      yAxis: names(axis, data.map((one) => one.name || "none"), { inverse: true, axisLabel: { ...axis.axisLabel, width: 130, overflow: "truncate" } }),
      tooltip: { valueFormatter: told, axisPointer: { type: "shadow" } },
      series: [{ type: "bar", data: data.map((one) => one.value), barMaxWidth: 22 }],
    };
  }

  function merged(shared, own) {
    const all = { ...shared, ...own };
    for (const part of ["grid", "legend", "tooltip"]) all[part] = { ...shared[part], ...own[part] };
    return all;
  }

  const charts = [...document.querySelectorAll("[data-chart]")].map((place) => {
    if (place.dataset.chart === "completeness") {
      place.style.height = `${Math.max(240, 26 * series.completeness.length + 40)}px`;
    }
    return { kind: place.dataset.chart, chart: echarts.init(place) };
  });

  function draw() {
    const shape = base();
    for (const { kind, chart } of charts) chart.setOption(merged(shape.shared, drawings[kind](shape)), true);
  }

  draw();
  dark.addEventListener("change", draw);
  addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
})();
