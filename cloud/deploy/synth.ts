import { App } from 'aws-cdk-lib';
import { fileURLToPath } from 'node:url';
import { EarshotStack } from './earshot-stack.ts';

/**
 * `npm run synth` writes the CloudFormation template without network access. To deploy, `npx aws-cdk@2 deploy` runs this same program (see
 * cdk.json).
 */
const app = new App({ outdir: process.env.CDK_OUTDIR ?? fileURLToPath(new URL('../../out/cdk', import.meta.url)) });
new EarshotStack(app, 'Earshot');
const { directory, stacks } = app.synth();
process.stderr.write(`${stacks.map((stack) => `${directory}/${stack.templateFile}`).join('\n')}\n`);
