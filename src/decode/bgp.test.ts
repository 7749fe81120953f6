// BGP beyond the samples: what depends on the session, messages that do not fit the segment, and errors with their
// names.
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeBgp } from './bgp.ts';
import { View } from './view.ts';

const MARKER = 'f'.repeat(32);

function message(type: number, bodyHex: string): string {
  const length = 19 + bodyHex.length / 2;
  return `${MARKER}${length.toString(16).padStart(4, '0')}${type.toString(16).padStart(2, '0')}${bodyHex}`;
}

function update(withdrawnHex: string, attributesHex: string, nlriHex: string): string {
  const sized = (hex: string): string => (hex.length / 2).toString(16).padStart(4, '0') + hex;
  return message(2, sized(withdrawnHex) + sized(attributesHex) + nlriHex);
}

function decode(hex: string, size: number = hex.length / 2): string {
  const bytes = Buffer.from(hex, 'hex');
  return decodeBgp(new View(bytes, 0, bytes.length, size));
}

test('decodeBgp() reads prefixes with path identifiers', () => {
  assert.equal(decode(update('', '', '00000001180a0100')), 'BGP UPDATE announce 10.1.0.0/24');
  assert.equal(decode(update('00000001180a0100' + '00000002180a0200', '', '')), 'BGP UPDATE withdraw 10.1.0.0/24 (+1)');
});

test('decodeBgp() takes one default route for what it is', () => {
  assert.equal(decode(update('', '', '00')), 'BGP UPDATE announce 0.0.0.0/0');
});

test('decodeBgp() says how many bytes it cannot read as prefixes', () => {
  assert.equal(decode(update('', '', 'ffffff')), 'BGP UPDATE announce 3 bytes of routes');
});

test('decodeBgp() reads sets and confederations in AS paths', () => {
  const path = '03010000fde9' + '02010000fdea' + '01020000fdeb0000fdec';
  assert.equal(decode(update('', `400216${path}`, '')), 'BGP UPDATE as-path (65001) 65002 {65003 65004}');
});

test('decodeBgp() reads an extended attribute length', () => {
  assert.equal(decode(update('', '5002' + '0006' + '02010000fde9', '')), 'BGP UPDATE as-path 65001');
});

test('decodeBgp() marks a message that goes on in the next segment', () => {
  const hex = update('', '', '180a0100'.repeat(20));
  assert.match(decode(hex.slice(0, 80)), /^BGP UPDATE announce .* …$/);
  assert.equal(decode(MARKER.slice(0, 20)), 'BGP [short]');
  assert.equal(decode(MARKER.slice(0, 20), 300), 'BGP [snapped]');
});

test('decodeBgp() reads on after what is left of an earlier message, only if it starts there', () => {
  assert.equal(decode('00aabb'), 'BGP continued 3 bytes');
  assert.equal(decode(`${message(4, '')}00`), 'BGP KEEPALIVE; BGP continued 1 byte');
});

test('decodeBgp() stops after a few messages', () => {
  assert.equal(decode(message(4, '').repeat(9)), `${'BGP KEEPALIVE; '.repeat(4)}more`);
});

test('decodeBgp() does not follow a length that cannot be', () => {
  assert.equal(decode(`${MARKER}000004`), 'BGP [length 0]');
});

test('decodeBgp() names errors', () => {
  assert.equal(decode(message(3, '0202')), 'BGP NOTIFICATION 2/2 OPEN error bad peer AS');
  assert.equal(decode(message(3, '060a')), 'BGP NOTIFICATION 6/10 cease bfd down');
  assert.equal(decode(message(3, '6363')), 'BGP NOTIFICATION 99/99');
});

test('decodeBgp() names families of which it does not read the routes', () => {
  assert.equal(decode(update('', '800f03000180', '')), 'BGP UPDATE end-of-rib ipv4-vpn');
  assert.equal(decode(update('', '800f050001800102', '')), 'BGP UPDATE withdraw ipv4-vpn 2 bytes of routes');
});
