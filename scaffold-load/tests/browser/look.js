// Looks at the page when it is there, and tells the frame around it.
addEventListener("load", () => setTimeout(() => {
  const all = what => [...document.querySelectorAll(what)];
  const style = (element, name) => getComputedStyle(element)[name];
  const told = {
    width: innerWidth,
    scroll: document.documentElement.scrollWidth,
    title: document.title,
    scripts: document.scripts.length,
    heading: document.querySelector("h1").textContent,
    codes: all("code").map(code => code.textContent),
    alerts: all(".alert").map(alert => alert.textContent),
    errors: noted,
    sections: all("section").map(section => section.id),
    background: style(document.body, "backgroundColor"),
    ink: style(document.body, "color"),
    card: style(document.querySelector(".card"), "backgroundColor"),
    // What is loaded from anywhere.
    outside: [
      ...performance.getEntriesByType("resource").map(entry => entry.name),
      ...all("[src],[href],link,img,iframe,object,embed").map(element => element.outerHTML),
    ],
    wider: [], overlaps: [], cut: [], silent: [],
  };
  for (const element of all("header *, h2, h3, .tile, .card, .chart, p, .alert, footer")) {
    if (element.closest(".scroll")) continue;
    const box = element.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) told.wider.push(element.outerHTML.slice(0, 200));
  }
  for (const tile of all(".tile")) {
    if (tile.scrollWidth > tile.clientWidth) told.cut.push(tile.textContent);
  }
  for (const chart of all(".chart")) {
    const card = chart.closest(".card").getBoundingClientRect();
    for (const labels of [".xs span", ".ys span"]) {
      const boxes = [...chart.querySelectorAll(labels)]
        .map(label => [label.textContent, label.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0);
      for (const [text, box] of boxes) {
        if (box.left < card.left || box.right > card.right) told.cut.push(text);
      }
      boxes.forEach(([text, box], at) => boxes.slice(at + 1).forEach(([other, next]) => {
        const apart = box.right < next.left || next.right < box.left || box.bottom <= next.top || next.bottom <= box.top;
        if (!apart) told.overlaps.push(text + " and " + other);
      }));
      if (boxes.length < 2) told.silent.push(labels + " of " + chart.textContent.slice(0, 80));
    }
    // The crosshair tells of the point in the middle, or of the only one.
    const plot = chart.querySelector(".plot");
    const box = plot.getBoundingClientRect();
    const event = new PointerEvent("pointermove", { clientX: box.left + box.width / 2, clientY: box.top + 5 });
    plot.dispatchEvent(event);
    const tip = plot.querySelector(".tip");
    const lines = plot.querySelectorAll(".line").length;
    if (lines > 0 && !/\d/.test(tip?.textContent)) told.silent.push(chart.textContent.slice(0, 80));
    if (tip && /NaN|undefined|Infinity/.test(tip.textContent)) told.silent.push(tip.textContent);
    if (tip && document.documentElement.scrollWidth > innerWidth) told.wider.push(tip.textContent);
    plot.dispatchEvent(new PointerEvent("pointerleave"));
  }
  parent.postMessage(told, "*");
}, 50));
