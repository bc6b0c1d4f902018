import { app } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { useArrival } from '../parts/page.tsx';
import { t } from '../words/words.ts';

/**
 * The page of a browser that no longer belongs to its home. It says why, so that nobody waits for alerts that will not
 * come.
 */
export default function EndedPage() {
  const ended = useStore(app, (state) => state.ended);
  const words = t().ended[ended?.why ?? 'session-gone'];
  const title = words.title(ended?.homeName ?? '');
  const heading = useArrival(title);
  return (
    <main id="content" class="centre">
      <div class="empty">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{words.text}</p>
        <a class="button button-strong" href="/pair">
          {t().ended.joinAnother}
        </a>
      </div>
    </main>
  );
}
