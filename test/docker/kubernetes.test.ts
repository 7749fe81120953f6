// The Kubernetes examples without a Kubernetes: what they say of the container is given to Docker as the kubelet would, and
// the probes are run. Deployment: one bridge. StatefulSet: replicas by host name, which share the links.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { attachedEndpoints, pingWithoutLoss, poll } from '../support/docker-bridge.ts';
import { DockerEngine } from '../support/docker-engine.ts';
import { importBaseImage, importRouterImage, makeProductImage } from '../support/docker-images.ts';
import { RouterShells } from '../support/docker-routers.ts';

/** What is read of the examples. */
interface Manifest {
  kind: string;
  metadata: { name: string };
  data: Record<string, string>;
  spec: {
    replicas: number;
    template: { spec: { securityContext: { runAsNonRoot: boolean }; containers: Container[] } };
  };
}

interface Container {
  image: string;
  command: string[];
  env: { name: string; value?: string; valueFrom?: { configMapKeyRef: { name: string; key: string } } }[];
  readinessProbe: { exec: { command: string[] } };
  resources: { limits: { cpu: string; memory: string } };
  securityContext: {
    readOnlyRootFilesystem: boolean;
    allowPrivilegeEscalation: boolean;
    capabilities: { drop: string[] };
  };
}

const numbers = [1, 2, 3, 4, 5, 6];

test('the Kubernetes examples', async (t) => {
  const engine = await DockerEngine.start(t);
  await importBaseImage(engine);
  await makeProductImage(engine);
  await importRouterImage(engine);
  await engine.docker('network', 'create', 'pods');
  const shells = await RouterShells.open(t, engine, ['vr1', 'vr2']);
  const bridges = (pods: readonly string[]) => pods.map((id) => ({ engine, id }));
  const addresses = (router: number): string[] => numbers.map((nic) => `198.18.${100 + nic}.${router}/24`);
  const [vr1] = await Promise.all(
    [1, 2].map((router) => shells.start(engine, `vr${router}`, addresses(router), ['--network', 'pods'])),
  );

  await t.test('examples/kubernetes.yaml', async (t) => {
    const pods = await startPods(engine, 'examples/kubernetes.yaml', 'Deployment');
    assert.equal(pods.length, 1);
    for (const nic of [1, 2, 3]) await pingWithoutLoss(t, vr1!, `198.18.${100 + nic}.2`, bridges(pods), 30);
    await engine.docker('rm', '--force', ...pods);
  });

  await t.test('examples/kubernetes-shards.yaml: every link runs exactly once', async (t) => {
    const pods = await startPods(engine, 'examples/kubernetes-shards.yaml', 'StatefulSet');
    assert.equal(pods.length, 3);
    for (const nic of numbers) await pingWithoutLoss(t, vr1!, `198.18.${100 + nic}.2`, bridges(pods), 30);
    const attached = (await Promise.all(pods.map((pod) => attachedEndpoints(engine, pod)))).flat();
    assert.deepEqual(attached.toSorted(), numbers.flatMap((nic) => [`vr1/${nic}`, `vr2/${nic}`]).toSorted());
  });
});

// Starts the replicas, named as a StatefulSet names its Pods, and waits until all are ready.
async function startPods(engine: DockerEngine, path: string, kind: string): Promise<string[]> {
  const manifests = parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as Manifest);
  const config = manifests.find((manifest) => manifest.kind === 'ConfigMap')!;
  const workload = manifests.find((manifest) => manifest.kind === kind)!;
  const { containers, securityContext } = workload.spec.template.spec;
  assert.ok(securityContext.runAsNonRoot, 'The image has a numeric user, so this may be asked for');
  const container = containers[0]!;
  const pods = Array.from({ length: workload.spec.replicas }, (_, ordinal) => `${workload.metadata.name}-${ordinal}`);
  for (const pod of pods) await engine.docker(...runArguments(pod, container, config));
  for (const pod of pods) {
    await poll(`"${pod}" to be ready`, async () => {
      const { code } = await engine.tryDocker('exec', pod, ...container.readinessProbe.exec.command);
      return code === 0;
    });
  }
  return pods;
}

function runArguments(pod: string, container: Container, config: Manifest): string[] {
  const { securityContext, resources, env, command, image } = container;
  const [program, ...args] = command;
  const variables = env.map(({ name, value, valueFrom }) => {
    if (valueFrom === undefined) return `${name}=${value}`;
    assert.equal(valueFrom.configMapKeyRef.name, config.metadata.name);
    return `${name}=${config.data[valueFrom.configMapKeyRef.key]}`;
  });
  return [
    ...['run', '--detach', '--name', pod, '--hostname', pod, '--network', 'pods'],
    ...variables.flatMap((variable) => ['--env', variable]),
    ...(securityContext.readOnlyRootFilesystem ? ['--read-only'] : []),
    ...(securityContext.allowPrivilegeEscalation ? [] : ['--security-opt', 'no-new-privileges']),
    ...securityContext.capabilities.drop.flatMap((capability) => ['--cap-drop', capability]),
    ...['--cpus', resources.limits.cpu, '--memory', resources.limits.memory.replace('Mi', 'm')],
    ...['--entrypoint', program!, image, ...args],
  ];
}
