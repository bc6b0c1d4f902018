import { z } from 'zod';
import type { Clock } from '@earshot/shared/clock.ts';
import { ModeName } from '@earshot/shared/contracts/common.ts';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { defaultSettings, isNotNow, isTesting } from '@earshot/shared/settings.ts';
import { StateFile } from '../disk/state-file.ts';
import { isTimeZone, lastScheduledMode } from './schedule.ts';

const Kept = z.object({
  settings: HomeSettings,
  /**
   * The mode, and when it was last chosen by the app, by the schedule or by a switch at home. The latest choice counts.
   */
  mode: ModeName,
  modeSinceMs: z.number(),
});
type Kept = z.infer<typeof Kept>;

/**
 * The homeowner's choices. They come from the cloud, and the device keeps a copy over reboots. It runs the schedule
 * itself, because the internet may be down. A mode chosen over MQTT counts like one from the app.
 */
export class HomeSettingsKeeper {
  private readonly file: StateFile<Kept>;
  private readonly clock: Clock;
  private readonly report: (error: EarshotError) => void;
  private readonly onChange: () => void;
  private kept: Kept;
  /** The time up to which the schedule has been applied, so that a check need not look back over several days. */
  private followedMs = 0;
  /** The sounds that were turned off for a while ("not now" in the app) at the last check. */
  private paused: readonly string[] = [];

  constructor(path: string, clock: Clock, report: (error: EarshotError) => void, onChange: () => void) {
    this.file = new StateFile(path, Kept, report);
    this.clock = clock;
    this.report = report;
    this.onChange = onChange;
    const settings = defaultSettings(Intl.DateTimeFormat().resolvedOptions().timeZone);
    this.kept = { settings, mode: settings.mode, modeSinceMs: clock.nowMs() };
  }

  async start(): Promise<void> {
    // Settings that cannot be read must not keep the device from listening; the cloud sends them again.
    const kept = await this.file.read().catch((error: EarshotError) => void this.report(error));
    this.kept = kept ?? this.kept;
    await this.followSchedule();
  }

  get settings(): HomeSettings {
    return this.kept.settings;
  }

  get mode(): Mode {
    return this.kept.mode;
  }

  /**
   * The sounds to listen for at this moment: those of the settings, without those that are turned off for a while ("not
   * now").
   */
  get sounds(): HomeSettings['sounds'] {
    const { settings } = this.kept;
    const nowMs = this.clock.nowMs();
    return Object.fromEntries(
      Object.entries(settings.sounds).map(([label, sound]) => [
        label,
        isNotNow(settings, label, nowMs) ? { ...sound, modes: [] } : sound,
      ]),
    );
  }

  /** Whether alarms count as a test at the moment. */
  get isTesting(): boolean {
    return isTesting(this.kept.settings, this.clock.nowMs());
  }

  /** Applies settings from the cloud. Invalid settings change nothing and are reported. */
  async apply(sent: unknown): Promise<void> {
    const settings = this.validate(sent);
    if (!settings || settings.version === this.kept.settings.version) return;
    const mode = settings.mode === this.kept.settings.mode ? this.kept.mode : settings.mode;
    const modeSinceMs = settings.mode === this.kept.settings.mode ? this.kept.modeSinceMs : this.clock.nowMs();
    await this.keep({ settings, mode, modeSinceMs });
  }

  /** Applies a mode that was chosen at home over MQTT. */
  async setMode(mode: Mode): Promise<void> {
    await this.keep({ ...this.kept, mode, modeSinceMs: this.clock.nowMs() });
  }

  /** Runs the schedule until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.clock, 15_000, signal);
      if (signal.aborted) return;
      await this.followSchedule();
      this.followNotNow();
    }
  }

  /** Listens again for sounds that were turned off for a while when their time ("not now") is over. */
  private followNotNow(): void {
    const { settings } = this.kept;
    const nowMs = this.clock.nowMs();
    const paused = Object.keys(settings.notNow).filter((label) => isNotNow(settings, label, nowMs));
    const isChanged = paused.length !== this.paused.length;
    this.paused = paused;
    if (isChanged) this.onChange();
  }

  private async followSchedule(): Promise<void> {
    const nowMs = this.clock.nowMs();
    const mode = lastScheduledMode(this.kept.settings, Math.max(this.kept.modeSinceMs, this.followedMs), nowMs);
    this.followedMs = nowMs;
    if (mode !== null) await this.keep({ ...this.kept, mode, modeSinceMs: nowMs });
  }

  private validate(sent: unknown): HomeSettings | null {
    const parsed = HomeSettings.safeParse(sent);
    const why = !parsed.success
      ? z.prettifyError(parsed.error)
      : isTimeZone(parsed.data.timeZone)
        ? null
        : `timeZone "${parsed.data.timeZone}" is unknown here`;
    if (parsed.success && why === null) return parsed.data;
    this.report(
      new EarshotError(
        'SETTING_INVALID',
        `The app's settings are invalid, and the previous ones stay in force: ${why}.`,
      ),
    );
    return null;
  }

  private async keep(kept: Kept): Promise<void> {
    // The new schedule may contain an entry that fell due after the mode was last chosen.
    if (kept.settings !== this.kept.settings) this.followedMs = 0;
    this.kept = kept;
    this.onChange();
    // When the settings cannot be written, they apply until the next start.
    await this.file
      .write(kept)
      .catch((thrown: unknown) => this.report(asEarshotError(thrown, 'DISK_UNWRITABLE', 'settings')));
  }
}
