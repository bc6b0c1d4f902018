import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CLIP_LIFE_DAYS } from './provision.ts';

/**
 * The bucket for clips. It is private and encrypted. It keeps no versions (a deleted clip must be gone), and every object expires soon
 * after the longest retention.
 */
export function clipBucket(scope: Construct, appOrigin: string): Bucket {
  return new Bucket(scope, 'Clips', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    versioned: false,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        id: 'forgotten',
        expiration: Duration.days(CLIP_LIFE_DAYS),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    // The app draws the waveform of a clip, so it reads the bytes from another origin. Devices are no browsers and need no CORS.
    cors: [
      {
        allowedOrigins: [appOrigin],
        allowedMethods: [HttpMethods.GET, HttpMethods.HEAD],
        allowedHeaders: ['range'],
        exposedHeaders: ['content-range', 'content-length'],
        maxAge: 3600,
      },
    ],
  });
}
