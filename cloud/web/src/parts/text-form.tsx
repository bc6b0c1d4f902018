import { useState } from 'preact/hooks';
import { t } from '../words/words.ts';

interface Props {
  label: string;
  value: string;
  help?: string;
  autocomplete?: string;
  required?: boolean;
  onSave: (value: string) => Promise<void>;
}

/** An input for one line of text with a save button, which is disabled until something has changed. */
export function TextForm({ label, value, help, autocomplete = 'off', required = true, onSave }: Props) {
  const [text, setText] = useState(value);
  const changed = text.trim() !== value;
  return (
    <form
      class="form form-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) void onSave(text.trim());
      }}
    >
      <label class="field">
        <span>{label}</span>
        <input
          required={required}
          maxLength={60}
          autocomplete={autocomplete}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {help && <small>{help}</small>}
      </label>
      <button type="submit" class="button" disabled={!changed}>
        {t().common.save}
      </button>
    </form>
  );
}
