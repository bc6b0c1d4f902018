import { app } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { useArrival } from '../parts/page.tsx';
import { t } from '../words/words.ts';

/** Another member deleted the home or removed this browser: says which, so that nobody waits for alerts that cannot come. */
export default function EndedPage() {
  const ended = useStore(app, (state) => state.ended);
  const words = ended?.why === 'home-deleted' ? t().ended.deleted : t().ended.removed;
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
