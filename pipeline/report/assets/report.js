// chucdanh report: colours, search, the card of a mention, the way to the evidence. No library, nothing fetched.
(() => {
  "use strict";

  const page = document.documentElement;
  const root = page.dataset.root;

  // --- light and dark: set before the body is drawn -------------------------------------------------------------

  const THEME = "chucdanh-theme";
  const isDark = () => (page.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  const remember = (theme) => { try { localStorage.setItem(THEME, theme); } catch { /* a browser may forbid it from disk */ } };
  const recall = () => { try { return localStorage.getItem(THEME); } catch { return null; } };

  const chosen = recall();
  if (chosen === "dark" || chosen === "light") page.dataset.theme = chosen;

  const startTheme = () => {
    const button = document.querySelector(".theme");
    const label = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      button.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      page.dataset.theme = isDark() ? "light" : "dark";
      remember(page.dataset.theme);
      label();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
    label();
  };

  // --- search ---------------------------------------------------------------------------------------------------

  const KINDS = { people: "person", offices: "office", organisations: "organisation", places: "place", articles: "article" };
  const SHOWN = 30;

  // Must agree with pipeline.orthography.fold: accents off, đ to d, letters and digits only.
  const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();

  let entries = null;
  let loading = null;

  const loadIndex = () => loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${root}assets/search.js`;
    script.onload = () => { entries = readIndex(window.chucdanhIndex); resolve(); };
    script.onerror = () => reject(new Error("the search index is missing"));
    document.head.append(script);
  });

  const readIndex = (index) => Object.entries(index).flatMap(([kind, rows]) => rows.map(
    ([name, note, file, count]) => ({ kind, name, note, file, count, plain: fold(name), extra: fold(note), exact: name.toLowerCase().normalize("NFC") })
  ));

  // Higher is better; 0 is no match. Every word of the query must begin a word of the name, or of the note.
  const score = (entry, query, words, exact) => {
    const name = ` ${entry.plain}`;
    if (!words.every((word) => name.includes(` ${word}`))) {
      const both = `${name} ${entry.extra}`;
      return words.every((word) => both.includes(` ${word}`)) ? 1 : 0;
    }
    let points = 2;
    if (entry.plain.includes(query)) points += 2;
    if (entry.plain.startsWith(query)) points += 2;
    if (entry.plain === query) points += 4;
    if (entry.exact.includes(exact)) points += 1;
    return points;
  };

  const find = (text) => {
    const query = fold(text);
    if (!query) return [];
    const words = query.split(" ");
    const exact = text.trim().toLowerCase().normalize("NFC");
    const hits = [];
    for (const entry of entries) {
      const points = score(entry, query, words, exact);
      if (points) hits.push({ entry, points });
    }
    return hits.sort((a, b) => b.points - a.points || b.entry.count - a.entry.count || a.entry.plain.length - b.entry.plain.length).map((hit) => hit.entry);
  };

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const startSearch = () => {
    const form = document.querySelector(".search");
    const input = form.querySelector("input");
    const list = document.getElementById("found");
    const status = document.getElementById("found-count");
    let chosenAt = -1;

    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      chosenAt = -1;
    };

    const option = (entry, at) => {
      const link = element("a");
      link.id = `found-${at}`;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      link.tabIndex = -1;
      link.href = `${root}${entry.kind}/${encodeURIComponent(entry.file)}.html`;
      const name = element("span", "", entry.name);
      name.lang = "vi";
      link.append(name, element("small", "kind", KINDS[entry.kind]));
      const note = [entry.note, entry.count ? `${entry.count} membership${entry.count === 1 ? "" : "s"}` : ""].filter(Boolean).join(" · ");
      if (note) link.append(element("small", "", note));
      return link;
    };

    const show = () => {
      const text = input.value;
      if (!fold(text)) { close(); status.textContent = ""; return; }
      const hits = find(text);
      const shown = hits.slice(0, SHOWN);
      list.replaceChildren(...shown.map(option));
      if (!hits.length) list.append(element("p", "", "Nothing found"));
      list.hidden = false;
      input.setAttribute("aria-expanded", String(hits.length > 0));
      input.removeAttribute("aria-activedescendant");
      chosenAt = -1;
      status.textContent = hits.length === 0 ? "Nothing found" : `${hits.length} found${hits.length > SHOWN ? `, ${SHOWN} shown` : ""}`;
    };

    const choose = (at) => {
      const options = list.querySelectorAll("[role=option]");
      if (!options.length) return;
      options[chosenAt]?.setAttribute("aria-selected", "false");
      chosenAt = (at + options.length) % options.length;
      options[chosenAt].setAttribute("aria-selected", "true");
      options[chosenAt].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[chosenAt].id);
    };

    const keys = {
      ArrowDown: () => choose(chosenAt + 1),
      ArrowUp: () => choose(chosenAt < 0 ? -1 : chosenAt - 1),
      Enter: () => list.querySelectorAll("[role=option]")[Math.max(chosenAt, 0)]?.click(),
      Escape: () => { if (list.hidden) input.value = ""; close(); },
    };

    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("focus", () => loadIndex().then(() => { if (input.value) show(); }, (error) => { status.textContent = error.message; }));
    input.addEventListener("input", () => loadIndex().then(show, () => {}));
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || !keys[event.key] || (list.hidden && event.key !== "Escape")) return;
      event.preventDefault();
      keys[event.key]();
    });
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) setTimeout(close, 150); });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
  };

  // --- the card of a mention ------------------------------------------------------------------------------------

  const startCard = () => {
    const text = document.querySelector(".text");
    const card = document.getElementById("card");
    if (!text || !card) return;
    const marks = [...text.querySelectorAll("mark")];
    let shownFor = null;
    let pinned = false;
    let leaving = 0;

    // A mention and those that enclose it, the innermost first.
    const chain = (mark) => { const found = []; for (let at = mark; at; at = at.parentElement.closest("mark")) found.push(at); return found; };

    const describe = (mark) => {
      const part = element("section");
      const list = element("dl");
      for (const line of mark.dataset.facts.split("\n")) {
        const [label, value] = line.split("\t");
        list.append(element("dt", "", label), element("dd", "", value));
      }
      part.append(list);
      if (mark.dataset.href) {
        const link = element("a", "", "Open its page");
        link.href = root + mark.dataset.href;
        const last = element("dd");
        last.append(link);
        list.append(element("dt", "", ""), last);
      }
      return part;
    };

    const place = (mark) => {
      const box = mark.getClientRects()[0];
      const below = box.bottom + card.offsetHeight + 12 < innerHeight || box.top < card.offsetHeight + 12;
      card.style.top = `${scrollY + (below ? box.bottom + 8 : box.top - card.offsetHeight - 8)}px`;
      card.style.left = `${Math.max(8, Math.min(box.left, page.clientWidth - card.offsetWidth - 8)) + scrollX}px`;
    };

    const show = (mark) => {
      clearTimeout(leaving);
      if (mark === shownFor) return;
      hide();
      shownFor = mark;
      card.replaceChildren(...chain(mark).map(describe));
      card.hidden = false;
      place(mark);
    };

    const hide = () => {
      clearTimeout(leaving);
      card.hidden = true;
      shownFor = null;
      pinned = false;
    };

    const leave = () => { clearTimeout(leaving); if (!pinned) leaving = setTimeout(hide, 250); };

    const step = (mark, by) => {
      const at = marks.indexOf(mark) + by;
      if (at < 0 || at >= marks.length) return;
      mark.tabIndex = -1;
      marks[at].tabIndex = 0;
      marks[at].focus();
    };

    if (!marks.length) return;
    document.querySelector(".hint").hidden = false;
    for (const mark of marks) { mark.tabIndex = -1; mark.setAttribute("aria-describedby", "card"); }
    marks[0].tabIndex = 0;
    if (matchMedia("(hover: hover)").matches) {
      text.addEventListener("mouseover", (event) => { const mark = event.target.closest("mark"); if (mark && !pinned) show(mark); else leave(); });
      text.addEventListener("mouseleave", leave);
      card.addEventListener("mouseenter", () => clearTimeout(leaving));
      card.addEventListener("mouseleave", leave);
    }
    document.addEventListener("click", (event) => {
      if (card.contains(event.target)) return;
      const mark = text.contains(event.target) ? event.target.closest("mark") : null;
      if (mark) { show(mark); pinned = true; } else hide();
    });
    text.addEventListener("focusin", (event) => { if (event.target.matches("mark")) show(event.target); });
    text.addEventListener("focusout", leave);
    text.addEventListener("keydown", (event) => {
      const mark = event.target.closest("mark");
      if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
      const keys = {
        ArrowRight: () => step(mark, 1),
        ArrowLeft: () => step(mark, -1),
        Enter: () => { if (mark.dataset.href) location.href = root + mark.dataset.href; },
      };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

    for (const button of document.querySelectorAll(".layer")) {
      button.addEventListener("click", () => {
        const hidden = text.classList.toggle(`hide-${button.dataset.layer}`);
        button.setAttribute("aria-pressed", String(!hidden));
      });
    }
  };

  // --- the way to the evidence ----------------------------------------------------------------------------------

  const light = (hash) => {
    const anchor = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!anchor || !anchor.dataset.n) return;
    for (const old of document.querySelectorAll(".lit, .flash, tr.current")) old.classList.remove("lit", "flash", "current");
    const row = document.getElementById(`row-${anchor.id}`);
    if (row) { row.classList.add("current"); reveal(row); }
    const pieces = document.querySelectorAll(`[data-e~="${anchor.dataset.n}"]`);
    for (const piece of pieces) {
      piece.classList.add("lit");
      void piece.offsetWidth; // restarts the animation of a piece that flashed before
      piece.classList.add("flash");
    }
  };

  // Where the table stands beside the text and scrolls by itself, the row comes into sight without moving the page.
  const reveal = (row) => {
    const box = row.closest(".told");
    if (box.scrollHeight <= box.clientHeight) return;
    const from = box.getBoundingClientRect(), at = row.getBoundingClientRect();
    if (at.top < from.top || at.bottom > from.bottom) box.scrollTop += at.top - from.top - from.height / 3;
  };

  const startEvidence = () => {
    light(location.hash);
    addEventListener("hashchange", () => light(location.hash));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (link) light(link.hash);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    startTheme();
    startSearch();
    startCard();
    startEvidence();
  });
})();
