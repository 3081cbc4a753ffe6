
"use strict";
// The page can be read without this. With it, findings can be filtered, and the colour scheme be chosen.
{
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;
  const dark = () => (root.dataset.scheme ? root.dataset.scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

  const scheme = byId("scheme");
  const name = () => { scheme.textContent = dark() ? "Light" : "Dark"; };
  scheme.addEventListener("click", () => { root.dataset.scheme = dark() ? "light" : "dark"; name(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
  scheme.hidden = false;

  const groups = [...document.querySelectorAll(".group")].map((section) => ({
    section,
    details: section.querySelector("details"),
    rule: section.dataset.rule,
    articles: [...section.querySelectorAll("article")].map((element) => ({
      element, file: element.dataset.file, severity: element.className, text: null,
    })),
  }));

  const unfold = () => {
    const target = byId(location.hash.slice(1));
    if (!target) return;
    const details = target.closest("details") || (target.matches(".group") && target.querySelector("details"));
    if (details && !details.open) { details.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();

  let before = null;
  addEventListener("beforeprint", () => {
    before = [...document.querySelectorAll("details:not([open])")];
    for (const one of before) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of before || []) one.open = false; });

  const form = byId("filters");
  if (form) {
    const [words, rule, file, severity, fold, shown] = ["words", "rule", "file", "severity", "fold", "shown"].map(byId);
    const all = groups.flatMap((group) => group.articles);
    const offer = (select, values) => {
      for (const value of [...new Set(values)]) select.add(new Option(value, value));
      select.closest("label").hidden = select.options.length < 3;
    };
    offer(rule, groups.map((group) => group.rule));
    offer(file, all.map((one) => one.file).sort());
    severity.closest("label").hidden = new Set(all.map((one) => one.severity)).size < 2;

    const filter = () => {
      const wanted = words.value.trim().toLowerCase();
      const narrowed = Boolean(wanted || rule.value || file.value || severity.value);
      let total = 0;
      for (const group of groups) {
        let left = 0;
        for (const one of group.articles) {
          let fits = (!rule.value || rule.value === group.rule) && (!file.value || file.value === one.file)
            && (!severity.value || severity.value === one.severity);
          if (fits && wanted) {
            one.text ??= `${group.rule} ${one.element.textContent}`.toLowerCase();
            fits = one.text.includes(wanted);
          }
          one.element.hidden = !fits;
          left += fits;
        }
        group.section.hidden = !left;
        group.left = left;
        total += left;
      }
      if (narrowed && total <= 60) for (const group of groups) if (group.left) group.details.open = true;
      shown.textContent = narrowed ? `${total.toLocaleString("en")} of ${all.length.toLocaleString("en")} shown` : "";
      label();
    };
    const open = () => groups.some((group) => group.details.open && !group.section.hidden);
    const label = () => { fold.textContent = open() ? "Fold all" : "Unfold all"; };
    fold.addEventListener("click", () => {
      const to = !open();
      for (const group of groups) group.details.open = to;
      label();
    });
    for (const group of groups) group.details.addEventListener("toggle", label);
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    filter();
  }
}
