/** What a reader can do with the page: sort, search, filter, open and close. It can be read without all of this. */

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const plain = (text) => text.toLowerCase().trim();
const tell = (controls, text) => {
  controls.querySelector("[role=status]").textContent = text;
};

// Sorting: the heads of columns become buttons; a third click restores the first order.

const keyOf = (cell) => {
  // A reason fills the cells of a failed item.
  const text = cell.colSpan > 1 ? "" : (cell.querySelector("data")?.value ?? cell.textContent.trim());
  const number = Number(text.replace(/^~/, "").replaceAll(",", "").replace(/%$/, ""));
  return { text, number: text === "" || text === "–" || Number.isNaN(number) ? undefined : number };
};

/** Numbers before texts, nothing last. */
const compare = (a, b) => {
  if (a.number !== undefined && b.number !== undefined) return a.number - b.number;
  if (a.number !== undefined || b.number !== undefined) return a.number !== undefined ? -1 : 1;
  return a.text.localeCompare(b.text, undefined, { numeric: true });
};

const directions = [null, "ascending", "descending"];

const sort = (table, first, column, head) => {
  const next = directions[(directions.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
  const rows = first.map((row) => ({ row, key: keyOf(row.cells[column] ?? row.cells[2]) }));
  const isNothing = ({ key }) => key.text === "" || key.text === "–";
  const sorted = rows
    .filter((one) => !isNothing(one))
    .sort((a, b) => (next === "ascending" ? compare(a.key, b.key) : compare(b.key, a.key)));
  const order = next === null ? rows : [...sorted, ...rows.filter(isNothing)];
  table.tBodies[0].append(...order.map(({ row }) => row));
  for (const other of all("th[aria-sort]", table.tHead)) other.removeAttribute("aria-sort");
  if (next !== null) head.setAttribute("aria-sort", next);
};

for (const table of all("table.sortable")) {
  const first = [...table.tBodies[0].rows];
  for (const head of all("thead th", table)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, first, head.cellIndex, head));
  }
}

// Filtering.

const onChange = (controls, update) => {
  for (const one of all("input, select", controls)) one.addEventListener("input", update);
  for (const button of all("button[aria-pressed]", controls)) button.addEventListener("click", update);
};

/** The part of the page that a row leads to. */
const targetOf = (row) =>
  document.getElementById(decodeURIComponent(row.querySelector("a[href]")?.hash.slice(1) ?? ""));

/** The overview: by name and outcome; the items below follow. */
const overview = (section) => {
  const controls = section.querySelector(".controls");
  const rows = all("tbody > tr", section).map((row) => ({ row, item: targetOf(row)?.closest(".item") }));
  const input = controls.querySelector("input");
  const buttons = all("button", controls);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = String(button.ariaPressed !== "true");
    });
  }
  onChange(controls, () => {
    const wanted = plain(input.value);
    const kinds = new Set(buttons.filter((one) => one.ariaPressed === "true").map((one) => one.dataset.kind));
    let shown = 0;
    for (const { row, item } of rows) {
      row.hidden = !kinds.has(row.dataset.kind) || !plain(row.cells[0].textContent).includes(wanted);
      if (item) item.hidden = row.hidden;
      if (!row.hidden) shown++;
    }
    const none = shown === 0 ? "No item matches. " : "";
    tell(controls, shown === rows.length ? "" : `${none}${shown} of ${rows.length} items`);
  });
};

/** Columns: by name or type, kind, and findings; a row also stays above a wanted row of its fields. */
const columns = (section) => {
  const controls = section.querySelector(":scope > .controls");
  if (controls === null) return;
  const links = all(".side li", section);
  const rows = all(".index > tbody > tr", section).map((row, i) => ({
    row,
    card: targetOf(row),
    link: links[i],
  }));
  const input = controls.querySelector("input");
  const selects = all("select", controls);
  onChange(controls, () => {
    const wanted = plain(input.value);
    let [shown, above] = [0, -1];
    for (const { row, card, link } of rows.toReversed()) {
      const text = plain(card.querySelector("summary").textContent);
      const matches =
        text.includes(wanted) &&
        selects.every(
          ({ value, dataset }) => value === "" || (row.dataset[dataset.by] ?? "").split(";").includes(value),
        );
      const depth = Number(row.dataset.depth);
      if (matches) shown++;
      row.hidden = !matches && above !== depth + 1;
      if (!row.hidden) above = depth;
      card.hidden = !matches;
      if (link) link.hidden = !matches;
    }
    const none = shown === 0 ? "No column matches. " : "";
    tell(controls, shown === rows.length ? "" : `${none}${shown} of ${rows.length} columns`);
  });
};

/** Trees: by name, and by the class of the change; what stands above a wanted line stays. */
const tree = (section) => {
  const controls = section.querySelector(":scope > .controls");
  const rows = all("tbody > tr", section);
  const input = controls.querySelector("input");
  const buttons = all("[data-show]", controls);
  const isWanted = (row, group, text) =>
    (group === "" ||
      (group === "*"
        ? !row.classList.contains("same")
        : (row.dataset.groups ?? "").split(" ").includes(group))) &&
    plain(row.textContent).includes(text);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.ariaPressed = String(other === button);
    });
  }
  onChange(controls, () => {
    const group = buttons.find((one) => one.ariaPressed === "true").dataset.show;
    const text = plain(input.value);
    let [above, shown] = [-1, 0];
    for (const row of rows.toReversed()) {
      const depth = Number(row.dataset.depth);
      const matches = isWanted(row, group, text);
      if (matches) shown++;
      row.hidden = !matches && above !== depth + 1;
      if (!row.hidden) above = depth;
    }
    const none = shown === 0 ? "No field matches. " : "";
    tell(controls, shown === rows.length ? "" : `${none}${shown} of ${rows.length} fields`);
  });
};

// Opening and closing: the items of a batch, or the cards of a table's columns.

for (const button of all("[data-open], [data-close]")) {
  const what = button.dataset.open ?? button.dataset.close;
  button.addEventListener("click", () => {
    for (const one of all(what, button.closest("section"))) one.open = button.dataset.open !== undefined;
  });
}

for (const section of all("#overview")) overview(section);
for (const section of all(".columns")) columns(section);
for (const section of all(".tree")) tree(section);
for (const controls of all(".controls")) controls.hidden = false;

// A link opens what it leads to, again if it has been closed since; a click anywhere in a row follows its link.

const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let one = target; one !== null; one = one.parentElement) {
    if (one.tagName === "DETAILS") one.open = true;
  }
  target?.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();

document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[href^='#']");
  if (link !== null && link.hash === location.hash) reveal();
  const row = target.closest(".index tbody tr");
  if (row === null || target.closest("a, summary, button") !== null || !getSelection().isCollapsed) return;
  row.querySelector("a[href]")?.click();
});

// The numbers of a drawing: lines of text, which become a table when a reader opens them.

const linesOf = (text) => text.textContent.split("\n").map((line) => line.split("\t"));

const tableOf = (text) => {
  const table = document.createElement("table");
  const lines = linesOf(text);
  if (lines[0].length === 1) table.createCaption().textContent = lines.shift()[0];
  for (const [i, line] of lines.entries()) {
    const row = (i === 0 ? table.createTHead() : (table.tBodies[0] ?? table.createTBody())).insertRow();
    for (const cell of line)
      row.appendChild(document.createElement(i === 0 ? "th" : "td")).textContent = cell;
  }
  return table;
};

const tabulate = (data) => {
  for (const text of all("pre:not([hidden])", data)) {
    text.hidden = true;
    text.before(tableOf(text));
  }
};
document.addEventListener("toggle", ({ target }) => target.matches(".data") && tabulate(target), true);
for (const data of all("figure.data")) tabulate(data);

// The bin of a histogram under the pointer, with its numbers.

const tip = document.createElement("div");
const here = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
here.className = "here";
document.body.append(tip);

const edgesOf = (plot, bins) =>
  plot.dataset.edges?.split(" ").map((pair) => pair.split("-").map(Number)) ??
  Array.from({ length: bins }, (_, i) => [(100 * i) / bins, (100 * (i + 1)) / bins]);

/** The bins of a plot, and its name if there are two; the baseline's plot and text are the second ones. */
const binsOf = (plot) => {
  const figure = plot.closest("figure");
  const lines = linesOf(all("pre", figure)[all(".plot", figure).indexOf(plot)]);
  const name = lines[0].length === 1 ? `${lines.shift()[0]}, ` : "";
  return { name, bins: lines.slice(1) };
};

const point = (plot, event) => {
  const box = plot.getBoundingClientRect();
  const at = (100 * (event.clientX - box.left)) / box.width;
  const { name, bins } = binsOf(plot);
  const edges = edgesOf(plot, bins.length);
  const i = edges.findIndex(([from, to]) => at >= from && at <= to);
  tip.hidden = i === -1;
  if (i === -1) return here.remove();
  const [values, count] = bins[i];
  tip.textContent = `${name}${values}: ${count} rows`;
  here.style.left = `${edges[i][0]}%`;
  here.style.width = `${edges[i][1] - edges[i][0]}%`;
  plot.append(here);
  const left = box.left + (box.width * (edges[i][0] + edges[i][1])) / 200 - tip.offsetWidth / 2;
  tip.style.left = `${scrollX + Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${scrollY + box.top - tip.offsetHeight - 4}px`;
};

const leave = () => {
  tip.hidden = true;
  here.remove();
};
document.addEventListener("pointermove", (event) => {
  const plot = event.target.closest(".plot:has(.histogram)");
  if (plot === null) leave();
  else point(plot, event);
});
document.documentElement.addEventListener("pointerleave", leave);
