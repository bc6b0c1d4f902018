import { EarshotError } from '@earshot/shared/errors.ts';
import type { DeviceRecipe } from './device-recipe.ts';
import type { Optimiser } from './network/optimiser.ts';
import { readTensors, writeTensors } from './network/tensor-file.ts';

/** The network with which a training began. */
export interface Beginning {
  /** The `id` of the network; null when the training began with new weights. */
  network: string | null;
  /** Whether the training keeps the network's trunk unchanged. */
  keepTrunk: boolean;
}

interface Meta {
  step: number;
  recipe: DeviceRecipe;
  /** Absent in checkpoints that an earlier version of Earshot wrote. */
  beginning?: Beginning;
}

/** The file from which a training continues after it was stopped. */
export class DeviceCheckpoint {
  private readonly path: string;
  private readonly recipe: DeviceRecipe;
  private readonly beginning: Beginning;

  constructor(path: string, recipe: DeviceRecipe, beginning: Beginning) {
    this.path = path;
    this.recipe = recipe;
    this.beginning = beginning;
  }

  /**
   * Restores the state of a stopped training. With a different recipe the training starts from the beginning. A
   * checkpoint of a training that began with a different network is refused: otherwise heads that were fitted on one
   * trunk would be released with another trunk.
   */
  async restore(optimiser: Pick<Optimiser, 'restore'>): Promise<void> {
    const kept = await readTensors<Meta>(this.path);
    if (!kept) return;
    const { step, recipe, beginning } = kept.meta;
    if (!isSame(beginning, this.beginning))
      throw new EarshotError(
        'TRAINING',
        `${this.path} belongs to a training that began with ${wordsOf(beginning)}; this one begins with ${wordsOf(this.beginning)}. Use another --work folder.`,
      );
    if (JSON.stringify(recipe) === JSON.stringify(this.recipe)) optimiser.restore(kept.tensors, step);
  }

  async save(optimiser: Pick<Optimiser, 'save' | 'step'>): Promise<void> {
    const meta: Meta = { step: optimiser.step, recipe: this.recipe, beginning: this.beginning };
    await writeTensors(this.path, { meta, tensors: optimiser.save() });
  }
}

const isSame = (kept: Beginning | undefined, now: Beginning): boolean =>
  kept?.network === now.network && kept.keepTrunk === now.keepTrunk;

function wordsOf(beginning: Beginning | undefined): string {
  if (beginning === undefined) return 'an unknown network (a checkpoint of an earlier version)';
  const { network, keepTrunk } = beginning;
  if (network === null) return 'new weights';
  return `the network ${network.slice(0, 12)}${keepTrunk ? ' and keeps its trunk' : ''}`;
}
