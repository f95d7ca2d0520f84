/** What a reader may do with the page: sort, search, filter, open and close. It can be read without all of this. */

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const plain = (text) => text.toLowerCase().trim();
const tell = (controls, text) => {
  controls.querySelector("[role=status]").textContent = text;
};

// Sorting: the heads of columns become buttons.

const keyOf = (cell) => {
  const text = cell.querySelector("data")?.value ?? cell.textContent.trim();
  const number = Number(text.replace(/^~/, "").replaceAll(",", "").replace(/%$/, ""));
  return { text, number: text === "" || text === "–" || Number.isNaN(number) ? undefined : number };
};

/** Numbers before texts, nothing last. */
const compare = (a, b) => {
  if (a.number !== undefined && b.number !== undefined) return a.number - b.number;
  if (a.number !== undefined || b.number !== undefined) return a.number !== undefined ? -1 : 1;
  return a.text.localeCompare(b.text, undefined, { numeric: true });
};

const sort = (table, column, head) => {
  const isRising = head.getAttribute("aria-sort") !== "ascending";
  const rows = all("tbody > tr", table).map((row) => ({ row, key: keyOf(row.cells[column]) }));
  const isNothing = ({ key }) => key.text === "" || key.text === "–";
  const sorted = rows
    .filter((one) => !isNothing(one))
    .sort((a, b) => (isRising ? compare(a.key, b.key) : compare(b.key, a.key)));
  for (const { row } of [...sorted, ...rows.filter(isNothing)]) table.tBodies[0].append(row);
  for (const other of all("th[aria-sort]", table.tHead)) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", isRising ? "ascending" : "descending");
};

for (const table of all("table.sortable")) {
  for (const head of all("thead th", table)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head.cellIndex, head));
  }
}

// The overview: by name and by status.

const overview = (section) => {
  const controls = section.querySelector(".controls");
  const rows = all("tbody > tr", section);
  const input = controls.querySelector("input");
  const buttons = all("button", controls);
  const update = () => {
    const wanted = plain(input.value);
    const statuses = new Set(
      buttons.filter((one) => one.ariaPressed === "true").map((one) => one.dataset.status),
    );
    let shown = 0;
    for (const row of rows) {
      row.hidden = !statuses.has(row.dataset.status) || !plain(row.cells[0].textContent).includes(wanted);
      if (!row.hidden) shown++;
    }
    tell(controls, shown === rows.length ? "" : `${shown} of ${rows.length} items`);
  };
  input.addEventListener("input", update);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = String(button.ariaPressed !== "true");
      update();
    });
  }
};

// Columns: by name, type and kind; a card shows if it or one inside it is wanted.

const columns = (section) => {
  const controls = section.querySelector(":scope > .controls");
  if (controls === null) return;
  const cards = all(".card", section);
  const [input, select] = [controls.querySelector("input"), controls.querySelector("select")];
  const update = () => {
    const wanted = plain(input.value);
    let shown = 0;
    for (const card of cards.toReversed()) {
      const text = plain(card.querySelector("summary").textContent);
      const isWanted = text.includes(wanted) && (select.value === "" || card.dataset.kind === select.value);
      if (isWanted) shown++;
      card.hidden = !isWanted && all(":scope > .below > .card:not([hidden])", card).length === 0;
    }
    tell(controls, shown === cards.length ? "" : `${shown} of ${cards.length} columns`);
  };
  input.addEventListener("input", update);
  select.addEventListener("input", update);
};

// Trees: by name, and by the class of the change; what stands above a wanted line stays.

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
  const update = () => {
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
    tell(controls, shown === rows.length ? "" : `${shown} of ${rows.length} fields`);
  };
  input.addEventListener("input", update);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.ariaPressed = String(other === button);
      update();
    });
  }
};

// Opening and closing: the items of a batch, or the cards of a table's columns.

for (const button of all("[data-open], [data-close]")) {
  const what = button.dataset.open ?? button.dataset.close;
  button.addEventListener("click", () => {
    for (const one of all(what, button.closest("section"))) one.open = button.dataset.open !== undefined;
  });
}

for (const section of all("#overview")) overview(section);
for (const section of all("section.columns")) columns(section);
for (const section of all("section.tree")) tree(section);
for (const controls of all(".controls")) controls.hidden = false;

// What a link leads to is open, and so is what is printed.

const reveal = () => {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  for (let one = target; one !== null; one = one.parentElement)
    if (one.tagName === "DETAILS") one.open = true;
  target?.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();

let opened = [];
addEventListener("beforeprint", () => {
  opened = all("details:not([open])");
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});
