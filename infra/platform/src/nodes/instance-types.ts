/**
 * Families of x86-64 instances with NVIDIA GPUs that the AMI type AL2023_x86_64_NVIDIA has a driver for and that an
 * account can have without an agreement. G5g is Arm; G3 and P3 are too old for current drivers.
 */
export const NVIDIA_FAMILIES: readonly string[] = ['g4dn', 'g5', 'g6', 'gr6', 'g6e', 'p4d', 'p5'];

/** g5.xlarge -> g5 */
export function instanceFamily(instanceType: string): string {
  return instanceType.split('.')[0] ?? instanceType;
}
