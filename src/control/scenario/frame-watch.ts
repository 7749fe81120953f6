// Lets the thread of a link wait for a frame: "the third BGP OPEN from a to b".

import { TcpbridgeError } from '../../errors.ts';
import type { Bridge } from '../bridge.ts';
import type { WatchFrames } from './runner.ts';

/** How frames are waited for on the links of a bridge. */
export function watchFramesOf(bridge: Bridge): WatchFrames {
  return ({ link, frame, count, direction }, onSeen) => {
    const record = [...bridge.records].find(({ spec }) => spec.name === link);
    if (record === undefined) throw new TcpbridgeError('link_unknown', { name: link });
    const { thread, id, ends } = record;
    const from = direction === undefined ? undefined : ends[direction === 'a-to-b' ? 0 : 1]?.endId;
    return thread.watch({ segmentId: id, match: frame, count, endId: from }, (atNs) => onSeen({ atMs: atNs / 1e6 }));
  };
}
