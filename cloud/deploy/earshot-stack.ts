import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { clipBucket } from './clip-bucket.ts';
import { cloudAlarms } from './cloud-alarms.ts';
import { cloudServices } from './cloud-services.ts';
import { homeDatabase } from './home-database.ts';
import { workQueues } from './work-queues.ts';

const QUEUE_PREFIX = 'earshot';

/** Earshot's cloud on AWS. The account must provide an image in its registry, a certificate and a public address. */
export class EarshotStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    const image = this.parameter(
      'Image',
      'Image of cloud/deploy/Dockerfile (target aws) in this account, with its tag',
    );
    const certificateArn = this.parameter('CertificateArn', 'Certificate of the public address');
    const publicUrl = this.parameter(
      'PublicUrl',
      'The address at which phones and devices reach this cloud, e.g. https://earshot.example',
    );

    const vpc = new Vpc(this, 'Network', {
      maxAzs: 2,
      natGateways: 1,
      // Clips go to S3 without passing through the NAT gateway, whose price per GB is higher than S3's.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    const secret = new Secret(this, 'Secret', {
      description:
        'The secret that signs links, pairing codes and Web Push. If it is lost, every home must be paired again.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    const bucket = clipBucket(this, publicUrl);
    const queues = workQueues(this, QUEUE_PREFIX);
    const database = homeDatabase(this, vpc);
    const { balancer } = cloudServices(this, {
      vpc,
      image,
      publicUrl,
      certificateArn,
      bucket,
      queues,
      queueUrl: `https://sqs.${this.region}.${this.urlSuffix}/${this.account}/${QUEUE_PREFIX}`,
      database,
      secret,
    });
    const operators = cloudAlarms(this, queues, balancer);

    new CfnOutput(this, 'DoorName', { value: balancer.loadBalancerDnsName });
    new CfnOutput(this, 'ClipBucket', { value: bucket.bucketName });
    new CfnOutput(this, 'OperatorsTopic', { value: operators.topicArn });
  }

  private parameter(name: string, description: string): string {
    return new CfnParameter(this, name, { type: 'String', description }).valueAsString;
  }
}
