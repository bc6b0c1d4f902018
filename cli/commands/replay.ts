export { register } from '@earshot/models/replay/command.ts';
