import type { FleetView, RolloutView } from '@earshot/shared/contracts/fleet.ts';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { askFleet, forgetToken, keepToken, keptToken, type RolloutOrder } from '../core/operations.ts';
import { useArrival } from '../parts/page.tsx';

const REFRESH_MS = 60_000;

/** The fleet for the people who run the cloud, in English only, with their own token. It shows no name, room or recording of a home. */
export default function Operations() {
  const heading = useArrival('Operations');
  const [token, setToken] = useState(keptToken);
  const [fleet, setFleet] = useState<FleetView | null>(null);
  const [failure, setFailure] = useState('');

  const ask = async (given: string, order?: RolloutOrder, reason?: string) => {
    try {
      setFleet(await askFleet(given, order, reason));
      keepToken(given);
      setToken(given);
      setFailure('');
    } catch (error) {
      if (keptToken() === null) setToken(null);
      setFailure((error as Error).message);
    }
  };
  const leave = () => {
    forgetToken();
    setToken(null);
    setFleet(null);
  };
  useEffect(() => {
    if (token === null) return;
    void ask(token);
    const timer = setInterval(() => void ask(token), REFRESH_MS);
    return () => clearInterval(timer);
  }, [token]);

  return (
    <main id="content" class="page operations" lang="en">
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Operations
        </h1>
        {token !== null && (
          <button type="button" class="button" onClick={leave}>
            Sign out
          </button>
        )}
      </header>
      <p role="status">{failure}</p>
      {token === null && <SignIn onToken={(given) => void ask(given)} />}
      {token !== null && fleet && <Fleet fleet={fleet} onOrder={(...order) => void ask(token, ...order)} />}
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
        <span>Token (EARSHOT_OPERATIONS_TOKEN of the cloud)</span>
        <input
          type="password"
          required
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-strong">
        Show the fleet
      </button>
    </form>
  );
}

type OnOrder = (order: RolloutOrder, reason?: string) => void;

function Fleet({ fleet, onOrder }: { fleet: FleetView; onOrder: OnOrder }) {
  const { devices, homes, days, samples } = fleet;
  return (
    <>
      <p class="lead">
        {homes} homes, {devices.all} devices: {devices.online} online, {devices.silent} silent, {devices.deaf} deaf,{' '}
        {devices.neverSeen} never seen. As of {at(fleet.at)}.
      </p>
      <Rollout rollout={fleet.rollout} onOrder={onOrder} />
      <Table
        title="Releases"
        head={['release', 'devices', 'rolled back', 'refused']}
        rows={fleet.releases.map((one) => [one.release, one.devices, one.rolledBack, one.refused])}
      />
      <Table
        title="Devices that need somebody"
        head={['device', 'home', 'trouble', 'last heartbeat']}
        rows={fleet.troubled.map((one) => [
          one.deviceId,
          one.homeId,
          one.trouble.replace('_', ' '),
          one.lastHeartbeatAt === null ? 'never' : at(one.lastHeartbeatAt),
        ])}
      />
      <Table
        title={`Alerts of the last ${days} days`}
        head={['sound', 'alerts', 'right', 'wrong', 'unanswered', 'rejected', 'wrong a home and day (95 %)']}
        rows={fleet.labels.map(({ wrongPerHomeDay: { is, low, high }, ...one }) => [
          one.label,
          one.alerts,
          one.right,
          one.wrong,
          one.unanswered,
          one.rejected,
          `${digits(is)} (${digits(low)} to ${digits(high)})`,
        ])}
      />
      <p class="fine">
        Unanswered is not right: nobody said. Samples just below the threshold: {samples.right} right, {samples.wrong}{' '}
        wrong, {samples.unanswered} unanswered.
      </p>
      <Table
        title="Homes with the most false alerts"
        head={['home', 'sound', 'alerts', 'wrong', 'unanswered']}
        rows={fleet.worst.map((one) => [one.homeId, one.label, one.alerts, one.wrong, one.unanswered])}
      />
    </>
  );
}

function Rollout({ rollout, onOrder }: { rollout: RolloutView | null; onOrder: OnOrder }) {
  const [isSure, setSure] = useState(false);
  const state = rollout?.state;
  const button = (text: string, onClick: () => void, kind = '') => (
    <button type="button" class={`button ${kind}`} onClick={onClick}>
      {text}
    </button>
  );
  const halt = () => {
    setSure(false);
    onOrder('halt', 'halted on the operations page');
  };
  return (
    <section aria-labelledby="rollout-title">
      <h2 id="rollout-title">Roll-out</h2>
      {rollout === null ? (
        <p>No release is being rolled out.</p>
      ) : (
        <p>
          {rollout.version}: {rollout.state}, {rollout.percent} % of the devices since {at(rollout.stageAt)}
          {rollout.reason !== null && ` (${rollout.reason})`}. {comparisonText(rollout.comparison)}
        </p>
      )}
      <p class="operations-orders">
        {(rollout === null || state === 'paused') &&
          button(rollout === null ? 'Start' : 'Go on', () => onOrder('start'), 'button-strong')}
        {state === 'running' && button('Pause', () => onOrder('pause'))}
        {rollout !== null && state !== 'halted' && !isSure && button('Halt and roll back', () => setSure(true))}
        {isSure && button('All devices return to the release before: yes', halt, 'button-danger')}
        {isSure && button('No', () => setSure(false))}
      </p>
    </section>
  );
}

function comparisonText(comparison: RolloutView['comparison']): string {
  if (!comparison) return 'The devices have not been compared yet.';
  const { falseAlerts, failed } = comparison;
  const words = ({ is, low, high }: typeof failed): string => `${digits(is)} (${digits(low)} to ${digits(high)})`;
  return `New less old, 99.9 %: false alerts a device and day ${words(falseAlerts)}, share of failed devices ${words(failed)}.`;
}

interface TableProps {
  title: string;
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

function Table({ title, head, rows }: TableProps) {
  const cell = (value: string | number): ComponentChildren => (
    <td class={typeof value === 'number' ? 'number' : ''}>{value}</td>
  );
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p class="fine">None.</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={`${title}, table`}>
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
                <tr key={row.slice(0, 2).join(' ')}>{row.map(cell)}</tr>
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
  value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(1) : value.toFixed(2);
