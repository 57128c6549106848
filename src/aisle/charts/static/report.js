"use strict";
// What the drawings of every report share: colours, axes, and drawing again when those change.
const report = (() => {
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
        color: ["--accent", "--second", "--third", "--fourth", "--fifth", "--sixth"].map(colour),
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

  const numbers = (axis, more) => ({ ...axis, type: "value", axisLabel: { ...axis.axisLabel, formatter: (value) => short.format(value) }, ...more });
  const names = (axis, data, more) => ({ ...axis, type: "category", data, splitLine: { show: false }, ...more });

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

  // `drawings` gives the options of a chart by its name, `heights` its height where that depends.
  function draw(drawings, heights = {}) {
    const charts = [...document.querySelectorAll("[data-chart]")].map((place) => {
      const kind = place.dataset.chart;
      if (kind in heights) place.style.height = `${heights[kind]}px`;
      return { kind, chart: echarts.init(place) };
    });
    const again = () => {
      const shape = base();
      for (const { kind, chart } of charts) chart.setOption(merged(shape.shared, drawings[kind](shape)), true);
    };
    again();
    dark.addEventListener("change", again);
    addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
  }

  return { series, short, whole, share, numbers, names, bars, draw };
})();
