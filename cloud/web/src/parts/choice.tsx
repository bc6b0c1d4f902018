import { Icon, type IconName } from './icon.tsx';

export interface Option<V extends string> {
  value: V;
  label: string;
  icon?: IconName;
}

/**
 * A choice between a few options that are all visible. It consists of real radio buttons, so that arrow keys and screen
 * readers work without extra code.
 */
export function Choice<V extends string>(props: {
  name: string;
  legend: string;
  options: Option<V>[];
  value: V | null;
  onChange: (value: V) => void;
  hideLegend?: boolean;
  /** Set if the options do not fit into one line on a narrow phone. */
  many?: boolean;
}) {
  return (
    <fieldset class="choice">
      <legend class={props.hideLegend ? 'sr-only' : ''}>{props.legend}</legend>
      <div class={`choice-options ${props.many ? 'choice-many' : ''}`}>
        {props.options.map((option) => (
          <label key={option.value} class="choice-option">
            <input
              type="radio"
              name={props.name}
              value={option.value}
              checked={props.value === option.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>
              {option.icon && <Icon name={option.icon} size={20} />}
              {option.label}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Switch(props: { label: string; help?: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label class="switch">
      <span class="switch-words">
        <span>{props.label}</span>
        {props.help && <small>{props.help}</small>}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
