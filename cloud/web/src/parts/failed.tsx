import { t } from '../words/words.ts';

export function Failed({ text, retry }: { text: string; retry: () => void }) {
  return (
    <div class="empty" role="alert">
      <p>{text}</p>
      <button type="button" class="button" onClick={retry}>
        {t().common.retry}
      </button>
    </div>
  );
}
