import type { Page } from 'playwright-core';

/**
 * Runs in the page: lists the visible controls by name. A group of radio buttons counts as one control, because the Tab
 * key reaches only one of its buttons.
 */
function operable(): string[] {
  const wanted = 'a[href], button:not(:disabled), input, select, summary';
  const groups = new Set<string>();
  return [...document.querySelectorAll<HTMLElement>(wanted)]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 0)
    .filter((node) => {
      if (!(node instanceof HTMLInputElement) || node.type !== 'radio') return true;
      const first = !groups.has(node.name);
      groups.add(node.name);
      return first;
    })
    .map((node) => {
      const name =
        node instanceof HTMLInputElement && node.type === 'radio'
          ? `radio ${node.name}`
          : (node.textContent || node.getAttribute('aria-label') || node.getAttribute('name') || '?').trim();
      return `${node.tagName.toLowerCase()} ${name}`;
    });
}

/** Runs in the page: returns the name of the control that has the focus, and whether the focus is visible. */
function focused(): { name: string; seen: boolean } | null {
  const node = document.activeElement;
  if (!(node instanceof HTMLElement) || node === document.body) return null;
  const radio = node instanceof HTMLInputElement && node.type === 'radio';
  const name = radio
    ? `radio ${node.name}`
    : (node.textContent || node.getAttribute('aria-label') || node.getAttribute('name') || '?').trim();
  // A choice shows its focus ring on the text beside its invisible input, and the slider shows its focus ring on its
  // picture.
  const shows = [node, node.nextElementSibling, node.parentElement].filter((each) => each instanceof HTMLElement);
  return {
    name: `${node.tagName.toLowerCase()} ${name}`,
    seen: shows.some((each) => getComputedStyle(each).outlineStyle !== 'none'),
  };
}

export interface Reach {
  /** The names of controls that the Tab key does not reach. */
  missed: string[];
  /** The names of controls that have no visible focus ring when the Tab key reaches them. */
  unseen: string[];
}

/** Goes through a page with the Tab key only, and reports which controls cannot be used that way. */
export async function tabThrough(page: Page): Promise<Reach> {
  const wanted = await page.evaluate(operable);
  const reached = new Map<string, number>();
  const unseen = new Set<string>();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let press = 0; press < wanted.length * 2 + 12; press++) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(focused);
    if (!now) continue;
    reached.set(now.name, (reached.get(now.name) ?? 0) + 1);
    if (!now.seen) unseen.add(now.name);
  }
  return { missed: wanted.filter((name) => !reached.has(name)), unseen: [...unseen] };
}

/**
 * Lists controls that are lower than 44 px or narrower than 40 px, because a thumb in the dark needs a large target.
 * (WCAG 2.2, 2.5.8 requires 24 px.) For a control inside a label, the whole label is the target.
 */
export const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href], button, select, input')]
      .filter((node) => node.checkVisibility() && !node.matches('.skip'))
      .map((node) => ({ node: node.closest('label') ?? node }))
      .map(({ node }) => ({ node, box: node.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.height < 44 || box.width < 40))
      .map(
        ({ node, box }) =>
          `${(node.textContent || node.getAttribute('aria-label') || node.tagName).trim()}: ${Math.round(box.width)} x ${Math.round(box.height)}`,
      ),
  );
