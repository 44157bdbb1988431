//! A crosshair for the charts. The page needs none of it: the lines are drawn, and
//! the figures are in tables.

/// Reads the values back from the lines' own paths, so that they are in the page
/// once.
pub(super) const SCRIPT: &str = r#"
(() => {
  const digits = v => v >= 100 || v === 0 ? v.toFixed(0) : String(+v.toFixed(v >= 10 ? 1 : 2));
  const scaled = (v, steps) => {
    const [size, unit] = steps.find(([size]) => v >= size) || steps[steps.length - 1];
    return digits(v / size) + unit;
  };
  const units = {
    latency: v => scaled(v, [[1e9, " s"], [1e6, " ms"], [1e3, " \u00b5s"], [1, " ns"]]),
    rate: v => v < 1e4 ? digits(v) + "/s" : scaled(v, [[1e6, "M/s"], [1e3, "k/s"]]),
    bytes: v => scaled(v, [[1073741824, " GiB"], [1048576, " MiB"], [1024, " KiB"], [1, " B"]]),
    time: v => v < 120 ? digits(v) + " s" : Math.floor(v / 60) + ":" + String(Math.floor(v % 60)).padStart(2, "0") + " min",
    nines: v => +((1 - 10 ** -v) * 100).toFixed(Math.max(1, Math.ceil(v) - 1)) + "%",
    count: v => v.toFixed(0),
    cores: v => digits(v),
    number: v => v < 0 ? "-" + digits(-v) : digits(v),
  };
  const axis = text => {
    const [unit, low, high, log] = text.split(" ");
    const at = log ? share => low * (high / low) ** share : share => +low + (high - low) * share;
    return share => units[unit](at(share));
  };
  for (const chart of document.querySelectorAll(".chart")) {
    const plot = chart.querySelector(".plot");
    const [x, y] = [axis(chart.dataset.x), axis(chart.dataset.y)];
    let lines, hair, tip;
    const begin = () => {
      lines = [...plot.querySelectorAll(".line")].map(path => ({
        name: path.dataset.name,
        points: [...path.getAttribute("d").matchAll(/[ML](\d+) (\d+)/g)].map(found => [+found[1], +found[2]]),
      }));
      hair = plot.appendChild(document.createElement("div"));
      tip = plot.appendChild(document.createElement("div"));
      hair.className = "hair";
      tip.className = "tip";
    };
    plot.addEventListener("pointermove", event => {
      if (!lines) begin();
      const box = plot.getBoundingClientRect();
      const at = (event.clientX - box.left) / box.width * 1e4;
      const nearest = points => points.reduce((a, b) => Math.abs(b[0] - at) < Math.abs(a[0] - at) ? b : a);
      const found = lines.filter(line => line.points.length).map(line => [line.name, nearest(line.points)]);
      if (!found.length) return;
      const place = nearest(found.map(one => one[1]))[0];
      const shown = found.filter(one => Math.abs(one[1][0] - place) < 60);
      tip.textContent = [x(place / 1e4), ...shown.map(one => one[0] + "  " + y(1 - one[1][1] / 1e4))].join("\n");
      hair.hidden = tip.hidden = false;
      hair.style.left = place / 100 + "%";
      // Beside the hair where there is room, and never beyond the plot.
      const [here, room] = [place / 1e4 * box.width, box.width - tip.offsetWidth];
      const beside = place > 5000 ? here - tip.offsetWidth - 10 : here + 10;
      tip.style.left = Math.max(0, Math.min(beside, room)) + "px";
    });
    plot.addEventListener("pointerleave", () => { if (lines) hair.hidden = tip.hidden = true; });
  }
})();
"#;
