import { readFile } from 'node:fs/promises';
import type { Scenario } from '../e2e/scenario.js';
import type { Cluster } from './cluster.js';
import { buildImages, runImageBuild } from './images.js';
import { missingForCluster } from './missing.js';
import { openCluster } from './open-cluster.js';

const NAMESPACE = 'image-check';
const PHOTO = 'models/default/golden/photos/sample1.jpg';
const FACES_IN_PHOTO = 3;

/** As tight as the operator's pods are: no privilege, no writable root, nothing but two folders to write to. */
const manifest = (image: string): string => `
apiVersion: v1
kind: Namespace
metadata:
  name: ${NAMESPACE}
  labels: {pod-security.kubernetes.io/enforce: restricted}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: plan, namespace: ${NAMESPACE}}
data:
  plan.json: '{"generation": 1, "default": "2.0.0", "models": [{"version": "2.0.0", "manifest": "file:///models/default/manifest.json"}]}'
---
apiVersion: v1
kind: Service
metadata: {name: server, namespace: ${NAMESPACE}}
spec: {selector: {app: server}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: server, namespace: ${NAMESPACE}}
spec:
  selector: {matchLabels: {app: server}}
  template:
    metadata: {labels: {app: server}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: server
        image: ${image}
        imagePullPolicy: IfNotPresent
        args: [--plan, /etc/face-comparison/plan/plan.json, --lanes, "1"]
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /v2/health/ready, port: http}, periodSeconds: 1}
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
        volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: cache, mountPath: /var/cache/face-comparison}
        - {name: plan, mountPath: /etc/face-comparison/plan}
      volumes:
      - {name: tmp, emptyDir: {}}
      - {name: cache, emptyDir: {}}
      - {name: plan, configMap: {name: plan}}
`;

/** Runs in the pod: posts the photo that comes in as base64 through the Service, and asks for the page. */
const ASK_SERVICE = `
const base = 'http://' + process.env.SERVER_SERVICE_HOST;
let img = '';
for await (const text of process.stdin.setEncoding('utf8')) img += text;
const answer = await fetch(base + '/face_comparison', {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ img }) });
const page = await fetch(base + '/');
console.log(JSON.stringify({ status: answer.status, body: await answer.json(), page: await page.text() }));
`;

/** Runs in the pod: what must not be in the image, and what it must not be able to do. */
const LOOK_AROUND = `
import { existsSync, globSync, writeFileSync } from 'node:fs';
const canWrite = (path) => { try { writeFileSync(path, ''); return true; } catch { return false; } };
const unwanted = [
  ...['/usr/local/bin/npm', '/usr/local/lib/node_modules/npm', '/src'].filter((path) => existsSync(path)),
  ...globSync('/app/node_modules/{node-linux-*,nx,typescript,vite}'),
  ...globSync('/app/node_modules/onnxruntime-node/bin/napi-v6/*/*').filter((path) => !path.endsWith('/linux/' + process.arch)),
  ...globSync('/app/packages/*/{src,test}'), ...globSync('/models/default/{recipe,plots}'),
];
const writable = ['/app/x', '/models/x', '/x', '/var/x'].filter(canWrite);
console.log(JSON.stringify({ uid: process.getuid(), unwanted, writable, telemetry: process.env.ORT_DISABLE_TELEMETRY }));
`;

/** The images as `npm run images` builds them; later scenarios find them built. */
export const imagesBuild: Scenario = {
  name: 'images-build',
  what: 'the images are built from the working tree, by Docker or buildah',
  missing: missingForCluster,
  isConcurrent: true,
  run: ({ onOutput }) => runImageBuild({ onOutput, isLowPriority: true }),
};

/** The images, run as users run them. */
export const imagesCheck: Scenario = {
  name: 'images',
  what: 'the server image starts without privileges on a read-only root and answers through a Service',
  missing: missingForCluster,
  run: check,
};

async function check(): Promise<void> {
  const cluster = await openCluster();
  const { server } = await buildImages();
  await cluster.loadImage(server);
  await deleteNamespace(cluster);
  try {
    await cluster.kubectl(['apply', '-f', '-'], { input: manifest(server.name) });
    const startedMs = performance.now();
    await cluster.kubectl(['-n', NAMESPACE, 'rollout', 'status', 'deployment/server', '--timeout=15m']);
    console.log(`  the pod is ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    await checkAnswers(cluster);
    await checkContents(cluster);
  } finally {
    await deleteNamespace(cluster);
  }
}

async function checkAnswers(cluster: Cluster): Promise<void> {
  const input = await readFile(PHOTO, 'base64');
  const answer: unknown = JSON.parse(await runInPod(cluster, ASK_SERVICE, input));
  const { status, body, page } = answer as { status: number; body: { Faces?: unknown[] }; page: string };
  const faces = body.Faces?.length;
  if (status !== 200 || faces !== FACES_IN_PHOTO)
    throw new Error(`expected ${FACES_IN_PHOTO} faces, got status ${status}: ${JSON.stringify(body).slice(0, 300)}`);
  if (!page.includes('<script type="module"')) throw new Error(`expected the page at /, got ${page.slice(0, 300)}`);
  console.log(`  ${faces} faces through the Service, and the page`);
}

async function checkContents(cluster: Cluster): Promise<void> {
  const found: unknown = JSON.parse(await runInPod(cluster, LOOK_AROUND));
  const wanted = { uid: 10001, unwanted: [], writable: [], telemetry: '1' };
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`expected ${JSON.stringify(wanted)} in the image, got ${JSON.stringify(found)}`);
  console.log('  uid 10001, nothing writable, no build tools in the image');
}

function runInPod(cluster: Cluster, script: string, input = ''): Promise<string> {
  const command = ['exec', '-i', 'deployment/server', '--', 'node', '--input-type=module', '-e', script];
  return cluster.kubectl(['-n', NAMESPACE, ...command], { input });
}

async function deleteNamespace(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=15m']);
}
