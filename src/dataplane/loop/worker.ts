// Entry of a forwarding thread: build the loop, take commands, report. The thread sits in epoll_wait and never returns
// to Node's event loop until it is told to stop, so nothing here may rely on timers, promises or console output.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Command, Report, WorkerSetup } from '../../channel/messages.ts';
import { TapRing } from '../../channel/tap-ring.ts';
import type { EndpointReporter } from '../endpoint/endpoint.ts';
import { Looks } from '../looks.ts';
import { Tap } from '../tap.ts';
import { Commands } from './commands.ts';
import { Loop } from './loop.ts';
import { checkPlatform } from './self-check.ts';
import { warmUp } from './warm-up.ts';

const setup = workerData as WorkerSetup;

function report(message: Report): void {
  parentPort!.postMessage(message);
}

const reporter: EndpointReporter = {
  onListening: (endpointId, address) => report({ type: 'listening', endpointId, address }),
  onWaiting: (endpointId, reason) => report({ type: 'waiting', endpointId, reason }),
  onAttached: (endpointId, peer) => report({ type: 'attached', endpointId, peer }),
  onDetached: (endpointId, reason) => report({ type: 'detached', endpointId, reason }),
  onStreamBroken: (endpointId, length) => report({ type: 'streamBroken', endpointId, length }),
  onBusy: (endpointId) => report({ type: 'busy', endpointId }),
  onNotice: (endpointId, code, text) => report({ type: 'notice', endpointId, segmentId: undefined, code, text }),
  resolve: (endpointId, host) => report({ type: 'resolve', endpointId, host }),
};

const tap =
  setup.tapShared === undefined ? null : new Tap(new TapRing(setup.tapShared), () => report({ type: 'tapped' }));

checkPlatform();
const loop = new Loop(takeCommands);
loop.looks = new Looks(new TapRing(setup.looksShared));
loop.threadBlock = setup.threadBlock;
const commands = new Commands(
  { loop, reporter, random: Math.random },
  {
    tap,
    onReleased: (endpointId, state) => report({ type: 'released', endpointId, state }),
    onHandedOver: (states, impaired) => report({ type: 'handedOver', states, impaired }),
    onWatched: (watchId, atNs) => report({ type: 'watched', watchId, atNs }),
    onSynced: (syncId) => report({ type: 'synced', syncId }),
    onMacs: (requestId, words) => report({ type: 'macs', requestId, words }),
    onUncaptured: (captureId, missing) => report({ type: 'uncaptured', captureId, missing }),
    onHealed: (segmentId, direction, spec) => report({ type: 'healed', segmentId, direction, spec }),
    segmentReporter: {
      onNotice: (segmentId, code, text, endIds) =>
        report({ type: 'notice', endpointId: undefined, segmentId, code, text, endIds }),
    },
  },
);

function takeCommands(): void {
  for (;;) {
    const received = receiveMessageOnPort(setup.port) as { message: Command } | undefined;
    if (received === undefined) return;
    commands.run(received.message);
  }
}

report({ type: 'ready', wakeupFd: loop.wakeupFd });
// Commands may have been posted before there was a descriptor to wake us by.
takeCommands();
warmUp(loop);
loop.run();
report({ type: 'stopped' });
loop.close();
setup.port.close();
