export { register } from '@earshot/cloud/command.ts';
