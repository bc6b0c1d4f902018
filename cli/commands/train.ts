export { register } from '@earshot/models/training/command.ts';
