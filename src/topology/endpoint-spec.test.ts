// Endpoints: every form, every refusal with the form that would be right, and the identity of what is meant.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TcpbridgeError } from '../errors.ts';
import { ENDPOINT_FORMS, endpointKey, parseEndpoint } from './endpoint-spec.ts';

const SEED = 20_260_102;

test('parseEndpoint() reads every form', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['vr1/1', { kind: 'tcp', host: 'vr1', port: 10_001 }],
    ['vr1/128', { kind: 'tcp', host: 'vr1', port: 10_128 }],
    ['vr1/55535', { kind: 'tcp', host: 'vr1', port: 65_535 }],
    ['10.0.0.1/07', { kind: 'tcp', host: '10.0.0.1', port: 10_007 }],
    ['[2001:db8::1]/1', { kind: 'tcp', host: '2001:db8::1', port: 10_001 }],
    ['tcp:vr1:10001', { kind: 'tcp', host: 'vr1', port: 10_001 }],
    ['tcp:[::1]:10001', { kind: 'tcp', host: '::1', port: 10_001 }],
    ['listen:9000', { kind: 'listen', port: 9000 }],
    ['listen:127.0.0.1:9000', { kind: 'listen', address: '127.0.0.1', port: 9000 }],
    ['listen:[::1]:9000', { kind: 'listen', address: '::1', port: 9000 }],
    ['unix:/run/a:b c.sock', { kind: 'unix', path: '/run/a:b c.sock' }],
    ['unix-listen:vr1.sock', { kind: 'unix-listen', path: 'vr1.sock' }],
  ];
  for (const [text, spec] of cases) assert.deepEqual(parseEndpoint(text), { ...spec, text });
});

test('parseEndpoint() refuses bad input and shows the right form', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['', 'endpoint_malformed', /write HOST\/N, such as "vr1\/1"$/],
    ['/1', 'endpoint_malformed', /write HOST\/N/],
    ['vr1', 'interface_missing', /Endpoint "vr1" names no interface: write HOST\/N, such as "vr1\/1"/],
    ['vr1/', 'interface_missing', /such as "vr1\/1"/],
    ['vr1/eth1', 'interface_invalid', /interface "eth1", which is not a number: write HOST\/N, such as "vr1\/1"/],
    ['vr1/-1', 'interface_invalid', /not a number/],
    ['vr1/1.0', 'interface_invalid', /not a number/],
    ['vr1/a:b', 'interface_invalid', /not a number/],
    ['vr1/0', 'interface_management', /management interface/],
    ['vr1/55536', 'interface_out_of_range', /from 1 to 55535/],
    ['vr1/1/2', 'host_invalid', /host "vr1\/1"/],
    ['v r/1', 'host_invalid', /host "v r"/],
    ['[vr1]/1', 'host_invalid', /IPv6 address in brackets/],
    ['300.0.0.1/1', 'host_invalid', /IPv4/],
    ['tcp:vr1', 'endpoint_malformed', /write tcp:HOST:PORT, such as "tcp:192\.0\.2\.1:10001"$/],
    ['tcp:::1:10001', 'endpoint_malformed', /perhaps you mean "tcp:\[::1\]:10001"/],
    ['tcp::1', 'host_invalid', /host ""/],
    ['tcp:vr1:0', 'port_out_of_range', /from 1 to 65535/],
    ['tcp:vr1:65536', 'port_out_of_range', /port "65536"/],
    ['listen:', 'port_out_of_range', /port ""/],
    ['listen:0', 'port_out_of_range', /port "0"/],
    ['listen:::1:9000', 'endpoint_malformed', /perhaps you mean "listen:\[::1\]:9000"/],
    ['listen:localhost:9000', 'address_invalid', /IPv4 address/],
    ['unix:', 'path_invalid', /such as "unix:\/run\/vr1-1.sock"/],
    ['unix:/a\0b', 'path_invalid', /1 to 107 bytes/],
    [`unix:/${'ä'.repeat(54)}`, 'path_invalid', /1 to 107 bytes/],
    ['vr1--x/1', 'double_dash', /"vr1\/1--vr2\/1"/],
    ['unix:/run/a--b', 'double_dash', /choose a name without it/],
    ['sctp:vr1:1', 'endpoint_kind_unknown', /write HOST\/N or tcp:HOST:PORT or .* or unix-listen:PATH/],
    ['udp:vr1:1', 'endpoint_malformed', /write udp:HOST:PORT,local=\[ADDRESS:\]PORT/],
    ['udp:vr1:1,local=x:y', 'address_invalid', /"x".*, such as "local=20001"$/],
    ['vxlan:vr1', 'endpoint_malformed', /such as "vxlan:192\.0\.2\.1,vni=100"$/],
    ['vxlan:vr1,vni=16777216', 'endpoint_option_invalid', /vni is a number from 0 to 16777215/],
    ['udp:239.1.1.1:5,local=6', 'host_not_one', /multicast/],
    ['udp:255.255.255.255:5,local=6', 'host_not_one', /broadcast/],
    ['udp:0.0.0.0:5,local=6', 'host_not_one', /of no host/],
    ['vxlan:[ff02::1],vni=1', 'host_not_one', /"ff02::1", which is a multicast/],
    ['vxlan:[::],vni=1', 'host_not_one', /one host$/],
    ['udp:vr1:1,local=224.0.0.1:5', 'address_invalid', /"224\.0\.0\.1"/],
    ['udp:127.0.0.1:5000,local=127.0.0.1:5000', 'endpoint_to_itself', /another port than 5000/],
    ['udp:127.0.0.1:5000,local=5000', 'endpoint_to_itself', /sends to itself/],
    ['vxlan:[::1],vni=1', 'endpoint_to_itself', /4789/],
    ['udp:[::1]:5,local=127.0.0.1:5000', 'address_families_differ', /from "127\.0\.0\.1" to "::1"/],
    [
      'tap:lab0,route=10.0.0.5/8@10.0.0.1',
      'endpoint_option_invalid',
      /route=10\.0\.0\.0\/8@10\.0\.0\.1 or route=10\.0\.0\.5@/,
    ],
    ['tap:lab0,route=2001:db8::1/64', 'endpoint_option_invalid', /write route=2001:db8::\/64 or /],
    ['tap:lab0,address=224.0.0.1/4', 'endpoint_option_invalid', /one host/],
    ['tap:', 'interface_name_invalid', /write tap:NAME/],
    ['tap:sixteen_letters_', 'interface_name_invalid', /at most 15 bytes/],
    ['tap:lab0,mtu=9000,mtu=1', 'endpoint_option_invalid', /write mtu=… once/],
    ['tap:lab0,adress=1', 'endpoint_option_invalid', /options of this endpoint are address=…, route=…/],
    ['tap:lab0,address=198.18.0.1', 'endpoint_option_invalid', /such as address=198\.18\.0\.1\/24/],
    ['tap:lab0,route=default@nowhere', 'endpoint_option_invalid', /route=default@198\.18\.0\.1/],
    ['tap:lab0,mac=01:00:00:00:00:00', 'endpoint_option_invalid', /address of one interface/],
    ['tap:lab0,mac=00:00:00:00:00:00', 'endpoint_option_invalid', /address of one interface/],
    ['raw:eth0,mtu=1', 'endpoint_option_invalid', /Cannot use "mtu=1"/],
    ['constructor:1', 'endpoint_kind_unknown', /"constructor" is not a kind/],
    [':1', 'endpoint_kind_unknown', /"" is not a kind/],
    ['vr1:10001', 'endpoint_kind_unknown', /perhaps you mean "tcp:vr1:10001"$/],
    ['TCP:vr1:10001', 'endpoint_kind_unknown', /perhaps you mean "tcp:vr1:10001"$/],
    ['2001:db8::1/1', 'endpoint_kind_unknown', /perhaps you mean "\[2001:db8::1\]\/1"$/],
  ];
  for (const [text, code, message] of cases) {
    assert.throws(() => parseEndpoint(text), { name: 'TcpbridgeError', code, message, exitCode: 2 }, text);
  }
});

test('parseEndpoint() reads each example of ENDPOINT_FORMS', () => {
  for (const { example } of ENDPOINT_FORMS) assert.equal(parseEndpoint(example).text, example);
});

test('parseEndpoint() answers any text with a spec or a TcpbridgeError', () => {
  const pieces = fc.constantFrom(
    'vr1',
    '/',
    '1',
    ':',
    'tcp:',
    'listen:',
    'unix:',
    '[',
    ']',
    '::1',
    '.',
    '-',
    '%',
    '\0',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (typed) => {
      try {
        assert.equal(parseEndpoint(typed).text, typed);
        assert.ok(!endpointKey(parseEndpoint(typed)).includes('--'));
      } catch (error) {
        assert.ok(error instanceof TcpbridgeError, String(error));
      }
    }),
    { seed: SEED, numRuns: 5000 },
  );
});

test('endpointKey() is the same for what attaches to the same', () => {
  const groups = [
    ['vr1/1', 'VR1/1', 'vr1/01', 'tcp:vr1:10001', 'tcp:Vr1:010001'],
    ['[2001:db8::1]/2', '[2001:0DB8:0::1]/2', 'tcp:[2001:db8:0:0::1]:10002'],
    ['listen:9000', 'listen:0.0.0.0:9000', 'listen:[::]:9000', 'listen:[0::0]:9000'],
    ['listen:127.0.0.1:9000'],
    ['tcp:127.0.0.1:9000'],
    ['unix:/run/a', 'unix:/run//a', 'unix:/run/./b/../a'],
    ['unix:/run/A'],
    ['unix-listen:/run/a'],
  ];
  const keys = groups.map((texts) => new Set(texts.map((text) => endpointKey(parseEndpoint(text)))));
  for (const [i, set] of keys.entries()) assert.equal(set.size, 1, groups[i]?.join(' '));
  assert.equal(new Set(keys.flatMap((set) => [...set])).size, groups.length);
});

test('endpointKey() knows an IPv4 address in IPv6 clothes', () => {
  const key = endpointKey(parseEndpoint('127.0.0.1/1'));
  assert.equal(endpointKey(parseEndpoint('[::ffff:127.0.0.1]/1')), key);
  assert.equal(endpointKey(parseEndpoint('[::ffff:7f00:1]/1')), key);
});
