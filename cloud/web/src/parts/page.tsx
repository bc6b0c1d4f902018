import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { back } from '../core/router.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';

interface PageProps {
  title: string;
  /**
   * The page to which the back button leads if no page of the app comes before this one. Not set for pages of the tab
   * bar, which have no back button.
   */
  up?: string;
  class?: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}

/** The layout of a page. Its heading gets the focus when the page opens, so that a screen reader announces it. */
export function Page({ title, up, class: className = '', aside, children }: PageProps) {
  const heading = useArrival(title);
  return (
    <main id="content" class={`page ${className}`}>
      <header class="page-head">
        {up !== undefined && <BackButton up={up} />}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {aside}
      </header>
      {children}
    </main>
  );
}

export function BackButton({ up }: { up: string }) {
  return (
    <button type="button" class="icon-button" aria-label={t().common.back} onClick={() => back(up)}>
      <Icon name="back" />
    </button>
  );
}

/** Sets the title of the browser's tab and focuses the heading. */
export function useArrival(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === t().appName ? title : `${title} · ${t().appName}`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return heading;
}

/** An explanation that is shown in place of an empty list. */
export function Empty({ title, text, children }: { title?: string; text: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      {title && <h2>{title}</h2>}
      <p>{text}</p>
      {children}
    </div>
  );
}
