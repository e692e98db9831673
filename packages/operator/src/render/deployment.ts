import type { Deployment } from '@face-comparison/kube-runtime';

import type { FaceComparison, ModelResources, ResolvedSpec } from '../api/v1alpha1/index.js';
import { childMetadata, type Child, podSelector, SERVER_CONTAINER } from './names.js';
import { podTemplate, type PodTemplate, type TemplateParts } from './pod-template.js';
import {
  remember,
  rememberedImage,
  reusable,
  TEMPLATE_ANNOTATION,
  TEMPLATE_INPUTS_ANNOTATION,
  templateInputs,
  type RememberedTemplate,
} from './template-inputs.js';

type DeploymentSpec = NonNullable<Deployment['spec']>;

export interface DeploymentInputs {
  /** Image for a spec that names none and has no pods yet. */
  readonly serverImage: string;
  readonly imagePullPolicy: TemplateParts['imagePullPolicy'];
  /** Undefined: an autoscaler chooses. */
  readonly replicas: number | undefined;
  /** Memory of the model that is served, by its makers; it counts when a template is made and not before the next is. */
  readonly model?: ModelResources | undefined;
  /** What the Deployment that there is remembers of its template (`rememberedTemplate`). */
  readonly existing?: RememberedTemplate | undefined;
}

/**
 * The Deployment. Its pods are restarted by a change of what the user wrote about them and by nothing else: see
 * template-inputs.ts.
 */
export function renderDeployment(
  owner: FaceComparison,
  spec: ResolvedSpec,
  inputs: DeploymentInputs,
): Child<Deployment> {
  const { name } = owner.metadata;
  const madeOf = templateInputs(owner.spec);
  const template = reusable(madeOf, inputs.existing) ?? newTemplate(name, spec, inputs);
  const remembered = remember(madeOf, JSON.stringify(template));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(owner, name, {
      [TEMPLATE_INPUTS_ANNOTATION]: remembered.inputs,
      [TEMPLATE_ANNOTATION]: remembered.template,
    }),
    spec: {
      ...(inputs.replicas === undefined ? {} : { replicas: inputs.replicas }),
      selector: { matchLabels: { ...podSelector(name) } },
      strategy: strategy(spec),
      revisionHistoryLimit: 2,
      template,
    },
  };
}

/** The limit of the server's memory in the pods that a Deployment makes; undefined when there is none. */
export function memoryLimit(deployment: Deployment | undefined): string | undefined {
  const containers = deployment?.spec?.template.spec?.containers;
  return containers?.find(({ name }) => name === SERVER_CONTAINER)?.resources?.limits?.['memory'];
}

function newTemplate(name: string, spec: ResolvedSpec, inputs: DeploymentInputs): PodTemplate {
  // The image of a spec without one is chosen once, when its first pods are made.
  const image = spec.image ?? rememberedImage(inputs.existing) ?? inputs.serverImage;
  return podTemplate(name, spec, { image, imagePullPolicy: inputs.imagePullPolicy, model: inputs.model });
}

/**
 * On CPU a new pod comes before an old one goes. On GPUs there is none to spare as a rule: a new pod would wait for the GPU
 * of an old one that waits for the new pod, for ever. So there an old pod goes first.
 */
function strategy({ accelerator }: ResolvedSpec): NonNullable<DeploymentSpec['strategy']> {
  const rollingUpdate =
    accelerator.type === 'nvidia' ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 };
  return { type: 'RollingUpdate', rollingUpdate };
}
