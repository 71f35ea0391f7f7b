(() => {
  "use strict";
  const form = document.getElementById("filter");
  const search = document.getElementById("q");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const openAll = document.getElementById("open-all");
  const rows = [...document.querySelectorAll("#map tbody tr")];
  const fields = ["q", "protection", "access", "account", "loose"];

  const visible = () => rows.filter((row) => !row.hidden);
  const wanted = () => Object.fromEntries(fields.map((name) => [name, form.elements[name].value.trim()]));

  const matches = (row, want, words) =>
    words.every((word) => row.dataset.words.includes(word)) &&
    (!want.protection || row.dataset.protection === want.protection) &&
    (!want.access || row.dataset.access === want.access) &&
    (!want.account || row.dataset.account === want.account) &&
    (!want.loose || row.dataset.loose.split(" ").includes(want.loose));

  // The lines of the map follow from which rows are neighbours, so they are drawn anew each time.
  const draw = () => {
    const seen = visible();
    const same = (a, b, key) => a !== undefined && b !== undefined && a.dataset[key] === b.dataset[key];
    let laterGroup = new Map();
    for (let i = seen.length - 1; i >= 0; i -= 1) {
      const row = seen[i];
      const { repository, group } = row.dataset;
      const last = laterGroup.get(repository);
      row.classList.toggle("new-repository", !same(seen[i - 1], row, "repository"));
      row.classList.toggle("new-context", !same(seen[i - 1], row, "group"));
      row.classList.toggle("more-roles", same(seen[i + 1], row, "group"));
      row.classList.toggle("more-contexts", last !== undefined && last !== group);
      if (last === undefined) laterGroup.set(repository, group);
    }
  };

  const show = () => {
    const want = wanted();
    const words = want.q.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !matches(row, want, words);
    for (const name of fields) form.elements[name].classList.toggle("active", want[name] !== "");
    draw();
    const count = visible().length;
    const chosen = fields.filter((name) => want[name]).map((name) => (name === "q" ? `"${want.q}"` : form.elements[name].selectedOptions[0].textContent.trim()));
    shown.textContent = `${count} of ${rows.length} roles${chosen.length ? `: ${chosen.join(", ")}` : ""}`;
    nothing.hidden = count > 0;
  };

  const remember = () => {
    const want = wanted();
    const parts = new URLSearchParams(fields.filter((name) => want[name]).map((name) => [name, want[name]]));
    history.replaceState(null, "", `#${parts}`);
  };

  const recall = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    const known = fields.some((name) => parts.has(name));
    if (!known && location.hash.length > 1) return;
    for (const name of fields) {
      const field = form.elements[name];
      field.value = parts.get(name) ?? "";
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
    show();
  };

  const move = (from, step) => {
    const summaries = visible().map((row) => row.querySelector("summary"));
    const place = summaries.indexOf(from) + step;
    const next = place < 0 ? search : summaries[Math.min(place, summaries.length - 1)];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { show(); remember(); });
  form.addEventListener("reset", () => setTimeout(() => { show(); remember(); }));
  window.addEventListener("hashchange", recall);

  openAll.addEventListener("click", () => {
    const opening = openAll.textContent === "Open all";
    for (const row of visible()) row.querySelector("details").open = opening;
    openAll.textContent = opening ? "Close all" : "Open all";
  });

  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && at !== search) {
      event.preventDefault();
      search.select();
      search.focus();
    } else if (event.key === "Escape") {
      form.reset();
      search.focus();
    } else if (event.key === "ArrowDown" && (at === search || at.matches("#map summary"))) {
      event.preventDefault();
      move(at, 1);
    } else if (event.key === "ArrowUp" && at.matches("#map summary")) {
      event.preventDefault();
      move(at, -1);
    }
  });

  if (rows.length) recall();
})();
