export { register } from '@earshot/device/command.ts';
