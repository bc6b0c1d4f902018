/** The blocks of sound that a device processes at once. After each block it sends what is due and ends what is over. */
import { framesAtOnce } from '@earshot/device/network/network.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { FRAMES_PER_CALL } from '../publishing/release-shape.ts';

export const BLOCK_SAMPLES = framesAtOnce(FRAMES_PER_CALL) * DEVICE_FRONT_END.hopSize;

/** When a report is sent that was decided at `nowSample`, the end of a block. */
export const sentSample = (nowSample: number, listenOnS: number): number =>
  nowSample + Math.ceil((listenOnS * SAMPLE_RATE) / BLOCK_SAMPLES) * BLOCK_SAMPLES;
