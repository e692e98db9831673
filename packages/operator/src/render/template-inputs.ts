import { createHash } from 'node:crypto';

import type { Deployment } from '@face-comparison/kube-runtime';

import { API_GROUP, type FaceComparisonSpec } from '../api/v1alpha1/index.js';
import { SERVER_CONTAINER } from './names.js';
import type { PodTemplate } from './pod-template.js';

// A pod restarts when its template changes. A newer operator may render another template for the same spec, and a new model
// may want more memory; neither is a reason to restart anything. So a Deployment remembers what its template was made of
// and how it came out, and as long as the user has not changed what it is made of, the same template is applied again.

/** Digest of what the template was made of, together with the template. */
export const TEMPLATE_INPUTS_ANNOTATION = `${API_GROUP}/template-inputs`;
/** The template, as JSON. */
export const TEMPLATE_ANNOTATION = `${API_GROUP}/template`;

/** What a Deployment remembers of its template. */
export interface RememberedTemplate {
  readonly inputs: string;
  /** JSON. */
  readonly template: string;
}

/**
 * What of a spec shapes its pods, as a canonical text: what the user wrote, without any default, so that a newer operator
 * with other defaults reads the same from the same spec. The model and the way to upgrade it are no part of it, nor is the number of pods.
 */
export function templateInputs(spec: FaceComparisonSpec): string {
  const { image, imagePullSecrets, lanes, accelerator, resources, auth, images, s3, pod, pages, cache } = spec;
  const inputs = { image, imagePullSecrets, lanes, accelerator, resources, auth, images, s3, pod, pages, cache };
  return JSON.stringify(canonical(inputs) ?? {});
}

/** What a Deployment is to remember of a template that was made of these inputs. */
export function remember(inputs: string, template: string): RememberedTemplate {
  // The digest is over both: a template that somebody has edited in the annotation is not believed.
  const digest = createHash('sha256')
    .update(JSON.stringify([inputs, template]))
    .digest('hex');
  return { inputs: digest, template };
}

/** What a Deployment remembers; undefined when it remembers nothing. */
export function rememberedTemplate(deployment: Deployment | undefined): RememberedTemplate | undefined {
  const annotations = deployment?.metadata?.annotations;
  const inputs = annotations?.[TEMPLATE_INPUTS_ANNOTATION];
  const template = annotations?.[TEMPLATE_ANNOTATION];
  return inputs === undefined || template === undefined ? undefined : { inputs, template };
}

/** The remembered template, where it was made of these inputs; undefined otherwise. */
export function reusable(inputs: string, remembered: RememberedTemplate | undefined): PodTemplate | undefined {
  if (remembered === undefined || remember(inputs, remembered.template).inputs !== remembered.inputs) return undefined;
  return parsedTemplate(remembered);
}

/** The image of the server in a template that may not be used otherwise. */
export function rememberedImage(remembered: RememberedTemplate | undefined): string | undefined {
  const template = remembered && parsedTemplate(remembered);
  return template?.spec?.containers.find(({ name }) => name === SERVER_CONTAINER)?.image;
}

function parsedTemplate({ template }: RememberedTemplate): PodTemplate | undefined {
  try {
    const value: unknown = JSON.parse(template);
    return isPodTemplate(value) ? value : undefined;
  } catch {
    return undefined; // somebody has edited it
  }
}

function isPodTemplate(value: unknown): value is PodTemplate {
  return isRecord(value) && isRecord(value['spec']) && Array.isArray(value['spec']['containers']);
}

/** Keys in order, and nothing that says nothing: an empty list or object is as good as none. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => canonical(item) ?? null);
  if (!isRecord(value)) return value;
  const members = Object.entries(value)
    .map(([key, member]): [string, unknown] => [key, canonical(member)])
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
