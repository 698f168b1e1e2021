// What an eye would find wrong with a page: wider than the screen, text too faint (WCAG 2.2, 1.4.3), places too small
// to be touched (2.5.8, 24 pixels, links within text excepted).
() => {
  const rgb = (text) => {
    const n = text.match(/[\d.]+/g).map(Number);
    return { r: n[0], g: n[1], b: n[2], a: n.length > 3 ? n[3] : 1 };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.a === 1) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility() && !element.closest(".unseen, .skip");
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element)) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(rgb(style.color)), luminance(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(`${element.tagName}.${element.className}: ${contrast.toFixed(2)}`);
  }
  const small = [...document.querySelectorAll("button, select, input:not([type=hidden]), summary, nav a")]
    .filter((e) => shown(e) && e.getBoundingClientRect().height < 24)
    .map((e) => `${e.tagName} ${e.textContent.trim()}: ${e.getBoundingClientRect().height}`);
  const wide = [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, pre, .skip, .unseen"))
    .map((e) => `${e.tagName}.${e.className}`);
  return { width: document.documentElement.scrollWidth, faint: [...faint], small, wide: wide.slice(0, 5) };
}
