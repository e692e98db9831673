/** The partition of a region, as ARNs begin with it: https://docs.aws.amazon.com/general/latest/gr/aws-arns-and-namespaces.html. */
export function partitionOf(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
