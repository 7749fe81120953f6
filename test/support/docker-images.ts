// The images of the Docker tests, none of them from a registry: a stand-in for the base image, the product's own image
// made by `make docker`, and routers that are real QEMU machines.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import type { DockerEngine } from './docker-engine.ts';

/** Name of the router image. */
export const ROUTER_IMAGE = 'router';

/** Imports a base image under the name that the Dockerfile asks for. */
export async function importBaseImage(engine: DockerEngine): Promise<void> {
  await runCommand('scripts/build-docker-base', [], { env: engine.env });
  const name = /^ARG BASE_IMAGE=(\S+)$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
  if (name === undefined) throw new Error('The Dockerfile names no BASE_IMAGE');
  await engine.docker('import', '.cache/docker/base.tar', name);
}

/** Builds the product's image as users do, but with npm's packages from .cache/npm: the engine has no network. */
export async function makeProductImage(engine: DockerEngine, env: NodeJS.ProcessEnv = {}): Promise<string> {
  await runCommand('scripts/fill-npm-cache', []);
  const registry = await runCommand('npm', ['config', 'get', 'registry']);
  return await runCommand('make', [], {
    env: { ...engine.env, DOCKER_BUILD_ARGS: `--build-arg NPM_CONFIG_REGISTRY=${registry}`, ...env },
  });
}

/** Imports the router image. */
export async function importRouterImage(engine: DockerEngine): Promise<void> {
  await runCommand('scripts/build-guest', []);
  await runCommand('scripts/build-docker-router', []);
  const changes = ['ENTRYPOINT ["/launch"]', 'ENV PATH=/usr/bin:/bin', 'EXPOSE 4000 5000 10001'];
  await engine.docker(
    'import',
    ...changes.flatMap((change) => ['--change', change]),
    '.cache/docker/router.tar',
    ROUTER_IMAGE,
  );
}

/** Copies an image from one engine to another. */
export async function copyImage(from: DockerEngine, to: DockerEngine, image: string): Promise<void> {
  const archive = join(from.folder, 'image.tar');
  await from.docker('save', '--output', archive, image);
  await to.docker('load', '--input', archive);
}
