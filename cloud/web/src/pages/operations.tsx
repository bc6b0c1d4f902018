import type { FleetView, RolloutView } from '@earshot/shared/contracts/fleet.ts';
import type { SharedClip } from '@earshot/shared/contracts/shared-clips.ts';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import {
  HALT_REASON,
  askFleet,
  askSharedClips,
  fetchSharedClip,
  forgetToken,
  keepToken,
  keptToken,
  WrongToken,
  type RolloutOrder,
} from '../core/operations.ts';
import { useArrival } from '../parts/page.tsx';
import { number } from '../words/format.ts';
import { o } from '../words/operations-words.ts';

type Difference = FleetView['labels'][number]['wrongPerHomeDay'];

const REFRESH_MS = 60_000;

/**
 * The operations page: shows the fleet to the people who run the cloud, who sign in with their own token. It shows no
 * name or room of a home, and only recordings that their home shares.
 */
export default function Operations() {
  const heading = useArrival(o().title);
  const [token, setToken] = useState(keptToken);
  const [fleet, setFleet] = useState<FleetView | null>(null);
  const [shared, setShared] = useState<SharedClip[]>([]);
  const [failure, setFailure] = useState('');

  const ask = async (given: string, order?: RolloutOrder, reason?: string) => {
    try {
      setFleet(await askFleet(given, order, reason));
      setShared(await askSharedClips(given));
      keepToken(given);
      setToken(given);
      setFailure('');
    } catch (error) {
      if (keptToken() === null) setToken(null);
      setFailure(failureText(error as Error));
    }
  };
  const leave = () => {
    forgetToken();
    setToken(null);
    setFleet(null);
    setShared([]);
  };
  useEffect(() => {
    if (token === null) return;
    void ask(token);
    const timer = setInterval(() => void ask(token), REFRESH_MS);
    return () => clearInterval(timer);
  }, [token]);

  return (
    <main id="content" class="page operations">
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {o().title}
        </h1>
        {token !== null && (
          <button type="button" class="button" onClick={leave}>
            {o().signOut}
          </button>
        )}
      </header>
      <p role="status">{failure}</p>
      {token === null && <SignIn onToken={(given) => void ask(given)} />}
      {token !== null && fleet && <Fleet fleet={fleet} onOrder={(...order) => void ask(token, ...order)} />}
      {token !== null && fleet && (
        <Table
          title={o().shared}
          head={o().sharedHead}
          rows={shared.map((one) => [
            one.homeId,
            one.label,
            at(one.startedAt),
            one.release,
            digits(one.deviceScore),
            o().verdicts[one.verdict],
            one.feedback === null ? '' : o().feedback[one.feedback],
            <SharedSound key={one.candidateId} token={token} clip={one} onFailure={setFailure} />,
          ])}
        />
      )}
    </main>
  );
}

function SignIn({ onToken }: { onToken: (token: string) => void }) {
  const [text, setText] = useState('');
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(text.trim());
      }}
    >
      <label class="field">
        <span>{o().token}</span>
        <input
          type="password"
          required
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-strong">
        {o().show}
      </button>
    </form>
  );
}

interface SharedSoundProps {
  token: string;
  clip: SharedClip;
  onFailure: (text: string) => void;
}

/**
 * Plays one shared recording. It is fetched only when the operator asks for it, because the home may have stopped
 * sharing it meanwhile.
 */
function SharedSound({ token, clip, onFailure }: SharedSoundProps) {
  const [url, setUrl] = useState('');
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const load = () =>
    fetchSharedClip(token, clip.candidateId).then(
      (sound) => setUrl(URL.createObjectURL(sound)),
      (error: Error) => onFailure(failureText(error)),
    );
  if (url) return <audio src={url} controls autoplay aria-label={`${clip.label}, ${at(clip.startedAt)}`} />;
  return (
    <button
      type="button"
      class="button"
      aria-label={`${o().play}: ${clip.label}, ${at(clip.startedAt)}`}
      onClick={() => void load()}
    >
      {o().play}
    </button>
  );
}

type OnOrder = (order: RolloutOrder, reason?: string) => void;

function Fleet({ fleet, onOrder }: { fleet: FleetView; onOrder: OnOrder }) {
  const words = o();
  return (
    <>
      <p class="lead">{words.summary(fleet, at(fleet.at))}</p>
      <Rollout rollout={fleet.rollout} onOrder={onOrder} />
      <Table
        title={words.releases}
        head={words.releaseHead}
        rows={fleet.releases.map((one) => [one.release, one.devices, one.rolledBack, one.refused])}
      />
      <Table
        title={words.troubled}
        head={words.troubledHead}
        rows={fleet.troubled.map((one) => [
          one.deviceId,
          one.homeId,
          words.troubles[one.trouble],
          one.lastHeartbeatAt === null ? words.never : at(one.lastHeartbeatAt),
        ])}
      />
      <Table
        title={words.alerts(fleet.days)}
        head={words.alertsHead}
        rows={fleet.labels.map(({ wrongPerHomeDay, ...one }) => [
          one.label,
          one.alerts,
          one.right,
          one.wrong,
          one.unanswered,
          one.rejected,
          intervalText(wrongPerHomeDay),
        ])}
      />
      <p class="fine">{words.unanswered(fleet.samples)}</p>
      <Table
        title={words.worst}
        head={words.worstHead}
        rows={fleet.worst.map((one) => [one.homeId, one.label, one.alerts, one.wrong, one.unanswered])}
      />
    </>
  );
}

function Rollout({ rollout, onOrder }: { rollout: RolloutView | null; onOrder: OnOrder }) {
  const words = o();
  const [isSure, setSure] = useState(false);
  const state = rollout?.state;
  const button = (text: string, onClick: () => void, kind = '') => (
    <button type="button" class={`button ${kind}`} onClick={onClick}>
      {text}
    </button>
  );
  const halt = () => {
    setSure(false);
    onOrder('halt', HALT_REASON);
  };
  return (
    <section aria-labelledby="rollout-title">
      <h2 id="rollout-title">{words.rollout}</h2>
      {rollout === null ? (
        <p>{words.noRollout}</p>
      ) : (
        <p>
          {words.progress(
            rollout.version,
            words.states[rollout.state],
            rollout.percent,
            at(rollout.stageAt),
            rollout.reason,
          )}{' '}
          {comparisonText(rollout.comparison)}
        </p>
      )}
      <p class="operations-orders">
        {(rollout === null || state === 'paused') &&
          button(rollout === null ? words.start : words.goOn, () => onOrder('start'), 'button-strong')}
        {state === 'running' && button(words.pause, () => onOrder('pause'))}
        {rollout !== null && state !== 'halted' && !isSure && button(words.halt, () => setSure(true))}
        {isSure && button(words.haltSure, halt, 'button-danger')}
        {isSure && button(words.no, () => setSure(false))}
      </p>
    </section>
  );
}

function comparisonText(comparison: RolloutView['comparison']): string {
  if (!comparison) return o().notCompared;
  return o().compared(intervalText(comparison.falseAlerts), intervalText(comparison.failed));
}

const intervalText = ({ is, low, high }: Difference): string => o().interval(digits(is), digits(low), digits(high));

/**
 * The text for an error: for a wrong token the app's own, for all others the message of the cloud or of the browser.
 */
const failureText = (error: Error): string => (error instanceof WrongToken ? o().wrongToken : error.message);

type Cell = string | number | VNode;

interface TableProps {
  title: string;
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
}

function Table({ title, head, rows }: TableProps) {
  const cell = (value: Cell): ComponentChildren => <td class={typeof value === 'number' ? 'number' : ''}>{value}</td>;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p class="fine">{o().none}</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={o().table(title)}>
          <table>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.filter((value) => typeof value !== 'object').join(' ')}>{row.map(cell)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const at = (instant: string): string => instant.slice(0, 16).replace('T', ' ');
const digits = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(1) : number(value, 2);
